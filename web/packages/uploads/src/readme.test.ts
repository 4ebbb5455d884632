import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

const HERE = resolve("packages/uploads");
const README = readFileSync(resolve(HERE, "README.md"), "utf8");
const ENTRIES = ["index", "client", "element", "react", "uppy"].map((name) => resolve(HERE, "src", `${name}.ts`));
/** The fenced code of the README, as files beside it. */
const CODE = new Map(
  [...README.matchAll(/^```(tsx?)\n([^]*?)^```/gm)].map(([, kind = "", code = ""], index) => [
    resolve(HERE, `readme-${index + 1}.${kind}`),
    code,
  ]),
);

/** All of it, with the types of the kit's sources. */
function programOf(code: ReadonlyMap<string, string>): ts.Program {
  const { options } = ts.parseJsonConfigFileContent(ts.readConfigFile("tsconfig.json", (path) => ts.sys.readFile(path)).config, ts.sys, ".");
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (path) => code.has(path) || disk.fileExists(path),
    readFile: (path) => code.get(path) ?? disk.readFile(path),
    getSourceFile: (path, version) => {
      const text = code.get(path);
      return text === undefined ? disk.getSourceFile(path, version) : ts.createSourceFile(path, text, version);
    },
  };
  return ts.createProgram([...code.keys(), ...ENTRIES], options, host);
}

const program = programOf(CODE);
const named = (paths: Iterable<string>) => [...paths].map((path) => [basename(path), path] as const);

test.each(named(CODE.keys()))("the code of %s compiles", (_, path) => {
  const file = program.getSourceFile(path);
  const matches = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];

  expect(file).toBeDefined();
  expect(matches.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))).toEqual([]);
});

test.each(named(ENTRIES))("all that %s exports is named", (_, path) => {
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(path);
  const entry = file && checker.getSymbolAtLocation(file);
  const exported = entry ? checker.getExportsOfModule(entry).map(({ name }) => name) : [];

  expect(exported).not.toEqual([]);
  expect(exported.filter((name) => !README.includes(`\`${name}\``))).toEqual([]);
});
