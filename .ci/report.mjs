// Looks at pages in a headless browser: node report.mjs PAGE...

import { readFileSync, statSync } from "node:fs";
import chromium from "@sparticuz/chromium";
import { chromium as browsers } from "playwright-core";

const LARGEST = 12 << 20; // bytes
const LONGEST = 30_000; // milliseconds to load: whatever else the machine does, nobody waits longer
const LOOKS = {
  light: { viewport: { width: 1200, height: 1500 }, colorScheme: "light" },
  dark: { viewport: { width: 1200, height: 1500 }, colorScheme: "dark" },
  narrow: { viewport: { width: 390, height: 1200 }, colorScheme: "light" },
};
const axe = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
// Not the arguments that come with it: they put all into one process, and let pages ask for what they like.
let browser;
try {
  browser = await browsers.launch({ executablePath: await chromium.executablePath(), args: ["--no-sandbox"] });
} catch (error) {
  // It comes without the libraries of a desktop, which the machine has or has not.
  console.error(`SKIPPED, NOT PASSED: the browser that looks at the report does not start here: ${error}`);
  process.exit(0);
}
const wrong = [];

for (const file of process.argv.slice(2)) {
  const size = statSync(file).size;
  if (size > LARGEST) wrong.push(`${file}: ${size} bytes`);
  for (const [name, look] of Object.entries(LOOKS)) {
    const context = await browser.newContext(look);
    const page = await context.newPage();
    page.on("console", (said) => wrong.push(`${file}, ${name}: ${said.type()}: ${said.text()}`));
    page.on("pageerror", (error) => wrong.push(`${file}, ${name}: ${error}`));
    page.on("request", (asked) => asked.url() === `file://${file}` || wrong.push(`${file} asks for ${asked.url()}`));
    const began = Date.now();
    await page.goto(`file://${file}`);
    const took = Date.now() - began;
    if (took > LONGEST) wrong.push(`${file}, ${name}: ${took} ms to load`);
    console.log(`${file}: ${name}, ${size} bytes, ${took} ms`);
    await page.screenshot({ path: file.replace(".html", `-${name}.png`) });
    if (name === "light") {
      await page.pdf({ path: file.replace(".html", ".pdf"), format: "A4", printBackground: false });
      const find = page.locator("#find-name");
      if ((await find.count()) > 0) {
        await find.fill("007");
        const left = await page.locator("tr[data-team]:visible").count();
        if (left !== 1) wrong.push(`${file}: ${left} teams are found by a name that one has`);
      }
    }
    await context.close();
  }
  for (const colorScheme of ["light", "dark"]) {
    // The page's own policy keeps foreign scripts out, axe among them.
    const context = await browser.newContext({ bypassCSP: true, colorScheme });
    const page = await context.newPage();
    await page.goto(`file://${file}`);
    await page.evaluate(axe);
    const found = await page.evaluate(async () => {
      [...document.querySelectorAll("details")].slice(0, 20).forEach((one) => (one.open = true));
      // Of many teams all are alike.
      [...document.querySelectorAll("article")].slice(5).forEach((one) => one.remove());
      return (await window.axe.run()).violations;
    });
    for (const { id, impact, nodes } of found) {
      console.log(`${file}, ${colorScheme}: axe: ${impact}: ${id}: ${nodes.length}: ${nodes[0].html.slice(0, 160)}`);
      if (["serious", "critical"].includes(impact)) wrong.push(`${file}: ${id}`);
    }
    await context.close();
  }
}
await browser.close();
if (wrong.length > 0) {
  console.error(wrong.join("\n"));
  process.exit(1);
}
console.log("the pages say nothing, ask for nothing, and axe finds nothing serious");
