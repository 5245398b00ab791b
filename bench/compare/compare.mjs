// What open tools of today make of an excerpt: every shipped memo goes to 16
// readers, each copy marked by the tool with its reader's number, and every run
// of three sentences of every copy is shown to the tool, pasted and retyped.
//
//   cd bench/compare && npm ci && npm run --silent compare
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { vercelStegaCombine, vercelStegaDecode } from "@vercel/stega";
import StegCloak from "stegcloak";

const readers = 16;
const cloak = new StegCloak(true, true);

const tools = {
  "stegcloak 1.1.1": {
    mark: (text, reader) => cloak.hide(`reader ${reader}`, "password", text),
    read: (text) => Number(/^reader (\d+)$/.exec(cloak.reveal(text, "password"))?.[1]),
  },
  "@vercel/stega 1.1.0": {
    mark: (text, reader) => vercelStegaCombine(text, { reader }, false),
    read: (text) => vercelStegaDecode(text)?.reader,
  },
};

// retyped is what somebody types who reads the text off a page.
const retyped = (text) => text.normalize("NFKC").replace(/\p{Cf}/gu, "").replace(/\s+/g, " ").trim();

const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });

function excerpts(text) {
  const s = [...segmenter.segment(text)].map((x) => x.segment).filter((x) => /\p{L}/u.test(x));
  return s.slice(2).map((_, i) => s.slice(i, i + 3).join(""));
}

function named(tool, text) {
  try {
    return tool.read(text);
  } catch {
    return undefined; // the tool says that it finds nothing
  }
}

const shipped = fileURLToPath(new URL("../corpus/own.jsonl", import.meta.url));
const memos = readFileSync(shipped, "utf8").trim().split("\n").map((line) => JSON.parse(line).text);
if (memos.length === 0) throw new Error("expected memos, found none");

console.log("tool\tshown\texcerpts\tnamed right\tnamed wrong\tnobody named");
for (const [name, tool] of Object.entries(tools)) {
  const tally = {};
  const count = (shown, text, reader) => {
    const t = (tally[shown] ??= { n: 0, right: 0, wrong: 0, none: 0 });
    const got = named(tool, text);
    t.n++;
    t[got === reader ? "right" : Number.isInteger(got) ? "wrong" : "none"]++;
  };
  for (const memo of memos) {
    for (let reader = 1; reader <= readers; reader++) {
      const copy = tool.mark(memo, reader);
      count("whole copy, pasted", copy, reader);
      count("whole copy, retyped", retyped(copy), reader);
      for (const e of excerpts(copy)) {
        count("three sentences, pasted", e, reader);
        count("three sentences, retyped", retyped(e), reader);
      }
    }
  }
  for (const [shown, t] of Object.entries(tally)) {
    console.log([name, shown, t.n, t.right, t.wrong, t.none].join("\t"));
  }
}
process.exit(0); // stegcloak keeps a handle open
