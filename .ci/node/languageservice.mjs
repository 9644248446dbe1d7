// What GitHub's own language service says of the action and of workflows. Run by .ci/action, bundled by esbuild: the package
// imports JSON in a way that not every Node takes.
import {readFileSync} from "node:fs";
import {resolve} from "node:path";
import {pathToFileURL} from "node:url";
import {validate} from "@actions/languageservice";
import {TextDocument} from "vscode-languageserver-textdocument";

let found = 0;
for (const path of process.argv.slice(2)) {
  const uri = pathToFileURL(resolve(path)).href;
  const document = TextDocument.create(uri, "yaml", 1, readFileSync(path, "utf8"));
  for (const {message, range, severity} of await validate(document)) {
    // It knows no event's `merge_group` context, and says so of correct workflows: only what is an error counts.
    if (severity !== 1) continue;
    console.error(`${path}:${range.start.line + 1}:${range.start.character + 1}: ${message}`);
    found += 1;
  }
}
process.exitCode = found > 0 ? 1 : 0;
