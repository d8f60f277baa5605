// Opens reports in headless Chromium: light, dark, on a phone, and as a printed page. Fails where something
// overflows, a message reaches the console, anything is fetched, or a letter has no glyph. Screenshots are for people.
//
//     node look.mjs SCREENSHOTS REPORT.html…        CHROMIUM names the browser, default `chromium`

import { mkdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { execFileSync } from "node:child_process";
import puppeteer from "puppeteer-core";

const [screenshots, ...reports] = process.argv.slice(2);
if (!reports.length) throw new Error("usage: node look.mjs SCREENSHOTS REPORT.html…");

const VIEWS = [
  { name: "light", width: 1280, scheme: "light" },
  { name: "dark", width: 1280, scheme: "dark" },
  { name: "phone", width: 390, scheme: "light" },
  { name: "phone-dark", width: 390, scheme: "dark" },
];

const named = process.env.CHROMIUM ?? "chromium";
const browser = await puppeteer.launch({
  executablePath: named.includes("/") ? named : execFileSync("which", [named]).toString().trim(),
  args: ["--no-sandbox", "--force-color-profile=srgb"],
});
const problems = [];
mkdirSync(screenshots, { recursive: true });

for (const report of reports) {
  const stem = join(screenshots, `${basename(dirname(resolve(report)))}-${basename(report, ".html")}`);
  for (const view of VIEWS) {
    const page = await open(report, view);
    await page.screenshot({ path: `${stem}-${view.name}.png`, fullPage: true });
    await check(page, `${report} (${view.name})`);
    await page.close();
  }
  const page = await open(report, { name: "print", width: 700, scheme: "light" });
  await page.emulateMediaType("print");
  await check(page, `${report} (print)`);
  await page.pdf({ path: `${stem}.pdf`, format: "A4", preferCSSPageSize: true });
  await page.close();
}
await browser.close();
for (const problem of problems) console.error(problem);
console.log(`${reports.length} reports, ${VIEWS.length + 1} views each: ${problems.length} problems`);
process.exit(problems.length ? 1 : 0);

async function open(report, view) {
  const page = await browser.newPage();
  const say = (text) => problems.push(`${report} (${view.name}): ${text}`);
  page.on("console", (message) => say(`console: ${message.text()}`));
  page.on("pageerror", (error) => say(`error: ${error.message}`));
  page.on("request", (request) => {
    if (!/^(file|data):/.test(request.url())) say(`fetches ${request.url()}`);
  });
  page.on("requestfailed", (request) => say(`cannot load ${request.url().slice(0, 80)}`));
  await page.setViewport({ width: view.width, height: 900, deviceScaleFactor: view.width < 500 ? 2 : 1 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: view.scheme }]);
  await page.goto(pathToFileURL(resolve(report)).href, { waitUntil: "load" });
  return page;
}

async function check(page, where) {
  const found = await page.evaluate(inPage);
  problems.push(...found.map((problem) => `${where}: ${problem}`));
}

// Runs in the page.
function inPage() {
  const problems = [];
  const wide = document.documentElement.scrollWidth;
  if (wide > window.innerWidth) problems.push(`the page is ${wide} pixels wide in a window of ${window.innerWidth}`);
  const isScrolling = (element) => getComputedStyle(element).overflowX === "auto";
  for (const element of document.querySelectorAll("main *:not(svg *)")) {
    const box = element.getBoundingClientRect();
    if (!box.width || element.closest("svg")) continue;
    let parent = element.parentElement;
    while (parent && !isScrolling(parent)) parent = parent.parentElement;
    if (!parent && (box.right > window.innerWidth + 1 || box.left < -1)) {
      problems.push(`<${element.tagName.toLowerCase()}> leaves the window: ${element.textContent.slice(0, 60)}`);
    }
  }
  // Texts of a figure stay within it.
  for (const svg of document.querySelectorAll("figure svg")) {
    const sheet = svg.getBoundingClientRect();
    if (!sheet.width) continue;
    for (const text of svg.querySelectorAll("text")) {
      const box = text.getBoundingClientRect();
      if (box.left < sheet.left - 1 || box.right > sheet.right + 1 || box.top < sheet.top - 1 || box.bottom > sheet.bottom + 1) {
        problems.push(`a label leaves its figure: ${text.textContent}`);
      }
    }
  }
  // A letter without a glyph looks like one that no font has.
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 48;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.font = `28px ${getComputedStyle(document.documentElement).fontFamily}`;
  const drawn = (letter) => {
    pen.clearRect(0, 0, 48, 48);
    pen.fillText(letter, 8, 34);
    return pen.getImageData(0, 0, 48, 48).data.join();
  };
  const missing = drawn(String.fromCodePoint(0x5ffff));
  const isSeen = (letter) => letter.trim() && !/\p{Cf}/u.test(letter);
  for (const letter of new Set(document.body.innerText)) {
    if (isSeen(letter) && drawn(letter) === missing) problems.push(`no glyph for ${letter} (U+${letter.codePointAt(0).toString(16)})`);
  }
  return problems;
}
