// SPDX-License-Identifier: MIT
// Reads recorded replies from the mock server with the vendor's own client and prints what it
// understood, one JSON line a reply and way of reading.
//
//	node vendor_client.mjs MODULES_DIR BASE_URL NAME:WAY...
//
// WAY: "stream" iterates over the chunks, "helper" lets the vendor add them up, "body" asks for
// the whole answer.  A reply the client cannot read gives {"name", "way", "failed"}.
import { createRequire } from "node:module";
import path from "node:path";
import process from "node:process";

const [modules, base, ...wanted] = process.argv.slice(2);
const load = createRequire(path.join(path.resolve(modules), "package.json"));
const { OpenAI } = load("openai");
const client = new OpenAI({ apiKey: "test-key-of-no-value", baseURL: `${base}/v1`, maxRetries: 0 });

function request(name) {
	return { model: name, messages: [{ role: "user", content: `tell me about ${name}` }] };
}

function usageOf(usage) {
	if (!usage) return null;
	return {
		input: usage.prompt_tokens,
		output: usage.completion_tokens,
		cached: usage.prompt_tokens_details?.cached_tokens ?? usage.prompt_cache_hit_tokens ?? null,
		reasoning: usage.completion_tokens_details?.reasoning_tokens ?? null,
	};
}

function toolOf(call) {
	return { id: call.id, name: call.function.name, arguments: call.function.arguments };
}

function result(message, finish, usage) {
	return {
		text: message.content ?? "",
		reasoning: message.reasoning_content ?? message.reasoning ?? "",
		refusal: message.refusal ?? "",
		tools: (message.tool_calls ?? []).map(toolOf),
		finish,
		usage: usageOf(usage),
	};
}

function addTool(tools, delta) {
	const call = (tools[delta.index] ??= { id: null, function: { name: "", arguments: "" } });
	call.id = delta.id ?? call.id;
	const name = delta.function?.name ?? "";
	if (name !== call.function.name) call.function.name += name;
	call.function.arguments += delta.function?.arguments ?? "";
}

async function readStream(name) {
	const message = { content: "", reasoning: "", refusal: "", tool_calls: [] };
	let finish = null;
	let usage = null;
	const stream = await client.chat.completions.create({
		...request(name), stream: true, stream_options: { include_usage: true },
	});
	for await (const chunk of stream) {
		usage = chunk.usage ?? usage;
		for (const choice of chunk.choices) {
			if (choice.index !== 0) continue;
			const delta = choice.delta;
			message.content += delta.content ?? "";
			message.reasoning += delta.reasoning_content ?? delta.reasoning ?? "";
			message.refusal += delta.refusal ?? "";
			for (const call of delta.tool_calls ?? []) addTool(message.tool_calls, call);
			finish = choice.finish_reason ?? finish;
		}
	}
	return result(message, finish, usage);
}

async function readHelper(name) {
	const stream = client.chat.completions.stream({
		...request(name), stream_options: { include_usage: true },
	});
	const whole = await stream.finalChatCompletion();
	return result(whole.choices[0].message, whole.choices[0].finish_reason, whole.usage);
}

async function readBody(name) {
	const whole = await client.chat.completions.create(request(name));
	return result(whole.choices[0].message, whole.choices[0].finish_reason, whole.usage);
}

const ways = { stream: readStream, helper: readHelper, body: readBody };
for (const item of wanted) {
	const [name, way] = item.split(":");
	try {
		console.log(JSON.stringify({ name, way, ...await ways[way](name) }));
	} catch (error) {
		console.log(JSON.stringify({ name, way, failed: String(error) }));
	}
}
