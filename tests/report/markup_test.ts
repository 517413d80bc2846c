import { assertEquals } from "deno-std/assert";
import { escape, markup, raw } from "../../src/report/markup.ts";

Deno.test("markup escapes what is interpolated, in text and in attributes", () => {
  const hostile = `"><script>alert('&')</script>`;
  assertEquals(
    markup`<a title="${hostile}">${hostile}</a>`.text,
    '<a title="&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;">' +
      "&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;</a>",
  );
});

Deno.test("markup keeps markup, joins lists and leaves out what is absent", () => {
  const items = ["<", 2].map((item) => markup`<li>${item}</li>`);
  assertEquals(
    markup`<ul>${items}${false}${null}${undefined}${raw("<hr>")}</ul>`.text,
    "<ul><li>&lt;</li><li>2</li><hr></ul>",
  );
});

Deno.test("escape replaces characters that XML forbids", () => {
  assertEquals(escape("a\u0000b\u001bc\ud800d\n\t"), "a\ufffdb\ufffdc\ufffdd\n\t");
});
