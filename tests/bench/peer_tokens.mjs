// SPDX-License-Identifier: MIT
// peer_tokens.mjs MODULES ENCODING FILE...: how fast two npm packages count, as lines of "key
// value": the best of several. Prints "tiktoken_N", "gpt_tokenizer_N" (MB/s) and "tokens_N".
import fs from "node:fs";
import { createRequire } from "node:module";

const [modules, encoding, ...files] = process.argv.slice(2);
const require = createRequire(modules + "/");
const tiktoken = require("tiktoken").get_encoding(encoding);
const gpt = require("gpt-tokenizer/encoding/" + encoding);

const asText = { disallowedSpecial: new Set() };

function best(count) {
  let least = Infinity, tokens = 0;
  for (let i = 0; i < 7; i++) {
    const start = process.hrtime.bigint();
    tokens = count();
    least = Math.min(least, Number(process.hrtime.bigint() - start) / 1e9);
  }
  return [least, tokens];
}

files.forEach((file, n) => {
  const text = fs.readFileSync(file, "utf8"), mb = fs.statSync(file).size / 1e6;
  const [slow, tokens] = best(() => tiktoken.encode_ordinary(text).length);
  const [fast, same] = best(() => gpt.countTokens(text, asText));
  console.log(`tiktoken_${n} ${mb / slow}\ngpt_tokenizer_${n} ${mb / fast}`);
  console.log(`tokens_${n} ${tokens === same ? tokens : -1}`);
});
