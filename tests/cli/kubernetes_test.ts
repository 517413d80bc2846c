/** `compare --launcher kubernetes`: a manifest whose pods, started here by hand, do the runs. */
import { assert, assertEquals, assertStringIncludes } from "deno-std/assert";
import { parse } from "yaml";
import { dirname } from "../../src/io/paths.ts";
import { inFolder } from "../data/files.ts";
import { checkout } from "./as_user.ts";
import { smallest } from "./smallest.ts";
import { loginEnvironment, task } from "./spawn.ts";

const settings = [
  ...["--methods", "darts", ...smallest, "--seeds", "2", "--epochs", "1", "--no-train"],
  ...["--search-limit", "8", "--valid-limit", "4"],
];
const onCluster = [
  ...["--launcher", "kubernetes", "--kubernetes-image", "registry/ms-darts:1"],
  ...["--kubernetes-claim", "runs", "--kubernetes-project", checkout, "--kubernetes-memory", "4Gi"],
];

Deno.test({
  name: "kubernetes: each pod of the manifest does its run, and the same command takes it up",
  ignore: Deno.build.os === "windows",
}, () =>
  inFolder(async (folder) => {
    const out = `${folder}/Two words`;
    const args = [...settings, ...onCluster, "--jobs", "8", "--out", out];
    const written = await task("compare", ...args);
    assertEquals(written.code, 0, written.stderr);
    assertStringIncludes(
      written.stderr,
      `2 of 2 runs start with: kubectl apply --filename '${out}/kubernetes.yaml'`,
    );
    assertStringIncludes(written.stdout, "darts-s2-seed1  waiting   in kubernetes.yaml");
    const { kind, metadata, spec } = parse(Deno.readTextFileSync(`${out}/kubernetes.yaml`));
    assertEquals(kind, "Job");
    // As the names of all that Kubernetes has.
    assert(/^two-words-[0-9a-f]{8}$/.test(metadata.name), metadata.name);
    assertEquals([spec.completionMode, spec.completions, spec.parallelism], ["Indexed", 2, 2]);
    assertEquals(spec.backoffLimitPerIndex, 3);
    assertEquals(
      spec.podFailurePolicy.rules.slice(0, 2).map((rule: Record<string, Record<string, unknown>>) => [
        rule["action"],
        rule["onExitCodes"]!["values"],
      ]),
      [["FailIndex", [2, 3, 4, 5]], ["Ignore", [75, 130]]],
    );
    const { containers: [container], volumes, restartPolicy } = spec.template.spec;
    assertEquals(restartPolicy, "Never");
    assertEquals(container.resources, { limits: { memory: "4Gi" }, requests: { memory: "4Gi" } });
    assertEquals(container.volumeMounts, [{ name: "runs", mountPath: folder }]);
    assertEquals(volumes, [{ name: "runs", persistentVolumeClaim: { claimName: "runs" } }]);

    const [program, ...words] = container.command as [string, ...string[]];
    const PATH = `${dirname(Deno.execPath())}:${Deno.env.get("PATH")}`;
    const pod = async (index: string) => {
      const env = loginEnvironment({ PATH, JOB_COMPLETION_INDEX: index });
      const { code, stderr } = await new Deno.Command(program, { args: words, env, clearEnv: true, cwd: "/" })
        .output();
      return { code, said: new TextDecoder().decode(stderr) };
    };
    const first = await pod("0");
    assertEquals(first.code, 0, first.said + Deno.readTextFileSync(`${out}/darts-s2-seed0/log.txt`));
    // A run that another pod has done already is done.
    assertEquals((await pod("0")).code, 0);
    // One that fails says so to who looks next.
    Deno.writeTextFileSync(`${out}/darts-s2-seed1/config.json`, "{");
    assertEquals((await pod("1")).code, 2);
    Deno.removeSync(`${out}/darts-s2-seed1/config.json`);
    const failed = await task("compare", ...args);
    assertEquals(failed.code, 2, failed.stderr);
    assertStringIncludes(failed.stdout, "1 of 2");
    assertStringIncludes(failed.stderr, "1 of 2 runs failed, darts-s2-seed1 with:");

    const again = await task("compare", ...args, "--retry-failed");
    assertEquals(again.code, 0, again.stderr);
    assertEquals(parse(Deno.readTextFileSync(`${out}/kubernetes.yaml`)).spec.completions, 1);
  }));

for (
  const [flags, words] of [
    [["--kubernetes-image", "x"], "--launcher kubernetes needs --kubernetes-claim."],
    [
      ["--kubernetes-image", "x", "--kubernetes-claim", "y", "--kubernetes-mount", "/somewhere"],
      "does not lie in --kubernetes-mount /somewhere",
    ],
  ] as const
) {
  Deno.test(`kubernetes: refuses ${flags.join(" ")}`, () =>
    inFolder(async (folder) => {
      const { code, stderr } = await task(
        ...["compare", ...settings, "--out", `${folder}/out`, "--launcher", "kubernetes"] as const,
        ...flags,
      );
      assertEquals(code, 2, stderr);
      assertStringIncludes(stderr, words);
    }));
}
