import { commands } from "../../src/config/spec.ts";
import { resolve } from "../../src/config/resolve.ts";
import { fuzz, refuses } from "./fuzz.ts";

const read = (text: string) => resolve(commands.search, { flags: {}, file: { path: "config.json", text } });
const decoder = new TextDecoder();
const config =
  `{"preset": "tiny", "method": "ms-darts", "space": "s3", "epochs": 5, "lr": 0.1, "quiet": true}`;

fuzz("config file", {
  samples: [new TextEncoder().encode(config)],
  words: [
    ...'{}[",:',
    "null",
    "true",
    "-1",
    "1e999",
    "9007199254740993",
    "\\ud800",
    "\ufeff",
    "darts",
    "cifar10",
  ]
    .concat(['"__proto__":', '"layers":200,', '"epochs":1,', '"seed":0,', '"batch":99999999,']),
  json: { values: [JSON.parse(config)] },
  share: 0.5,
  names: "", // settings that contradict each other are named without the file: one may be from elsewhere
  read: (bytes) => read(decoder.decode(bytes)),
});

const rejects = (what: string, text: string, ...words: string[]) =>
  refuses(`config file: ${what}`, "config.json", () => read(text), ...words);
const nested = "[".repeat(1e5) + "]".repeat(1e5);

rejects("a number nested 100,000 deep", `{"epochs": ${nested}}`, "epochs", "a list");
rejects("a name nested 100,000 deep", `{"space": ${nested}}`, "a list");
rejects("a value of a megabyte", `{"epochs": "${"x".repeat(1e6)}"}`, "epochs");
rejects("a key of a megabyte", `{"${"x".repeat(1e6)}": 1}`, "Unknown key");
rejects("a key that would clear the terminal", `{"\\u001b[2J": 1}`, "\\u001b[2J");
rejects("__proto__", `{"__proto__": {"epochs": 1}}`, "Unknown key");
rejects("a list nested 100,000 deep", nested, "one JSON object");
