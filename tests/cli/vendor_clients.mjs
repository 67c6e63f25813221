// SPDX-License-Identifier: MIT
// Asks the mock server with each vendor's own client and prints what it understood.
//
//	node vendor_clients.mjs MODULES_DIR <JOBS
//
// A job is a line of JSON: {"id", "client", "base", "stream", "ask"}. An ask is in neutral words:
// {model, system, user, image, tools, choice, schema, effort, temperature, seed, max_tokens, stop,
// n, history}. A line goes out for each: {"id", text, reasoning, refusal, tools, finish, usage},
// in neutral words too, or {"id", "failed"}. Usage counts cached tokens as input everywhere.
import { createRequire } from "node:module";
import path from "node:path";
import process from "node:process";
import readline from "node:readline";

const load = createRequire(path.join(path.resolve(process.argv[2]), "package.json"));
const KEY = "test-key-of-no-value";
const FINISH = {
	end_turn: "stop", stop_sequence: "stop", max_tokens: "length", tool_use: "tool_calls",
	STOP: "stop", MAX_TOKENS: "length", SAFETY: "content_filter",
	PROHIBITED_CONTENT: "refusal", max_output_tokens: "length",
	guardrail_intervened: "content_filter",
};

function neutral(finish) {
	return FINISH[finish] ?? finish ?? null;
}

function counted(input, output, cached, written, reasoning) {
	return { input, output, cached: cached ?? null, cache_write: written ?? null,
		reasoning: reasoning ?? null };
}

function answer(more) {
	return { text: "", reasoning: "", refusal: "", tools: [], finish: null, usage: null,
		...more };
}

function dataUrl(image) {
	return `data:${image.type};base64,${image.data}`;
}

// OpenAI chat completions, and whoever speaks them.
function chatRequest(ask, vendor) {
	const content = ask.image ? [{ type: "text", text: ask.user },
		{ type: "image_url", image_url: { url: dataUrl(ask.image) } }] : ask.user;
	const messages = ask.system ? [{ role: "system", content: ask.system }] : [];
	messages.push({ role: "user", content });
	if (ask.history) {
		messages.push({ role: "assistant", content: null, tool_calls: [{ id: "call_1",
			type: "function", function: { name: ask.history.tool, arguments: "{}" } }] });
		messages.push({ role: "tool", tool_call_id: "call_1", content: ask.history.result });
	}
	const request = { model: ask.model, messages };
	for (const key of ["temperature", "max_tokens", "stop", "n"])
		if (ask[key] !== undefined) request[key] = ask[key];
	if (ask.seed !== undefined) request[vendor === "mistral" ? "random_seed" : "seed"] = ask.seed;
	if (ask.tools)
		request.tools = ask.tools.map((t) => ({ type: "function",
			function: { name: t.name, description: t.description, parameters: t.schema } }));
	if (ask.choice) request.tool_choice = { type: "function", function: { name: ask.choice } };
	if (ask.schema)
		request.response_format = { type: "json_schema",
			json_schema: { name: "answer", schema: ask.schema, strict: true } };
	if (ask.effort) request.reasoning_effort = ask.effort;
	return { ...request, ...ask.extra };
}

function chatUsage(usage) {
	if (!usage) return null;
	return counted(usage.prompt_tokens, usage.completion_tokens,
		usage.prompt_tokens_details?.cached_tokens ?? usage.prompt_cache_hit_tokens ??
			usage.cached_tokens,
		usage.prompt_tokens_details?.cache_write_tokens,
		usage.completion_tokens_details?.reasoning_tokens);
}

function chatTool(call) {
	return { id: call.id, name: call.function.name, arguments: call.function.arguments };
}

async function chatStream(client, request, withUsage) {
	const out = answer();
	const others = {};
	const tools = [];
	const options = withUsage ? { stream_options: { include_usage: true } } : {};
	const stream = await client.chat.completions.create({ ...request, stream: true, ...options });
	for await (const chunk of stream) {
		out.usage = chatUsage(chunk.usage ?? chunk.x_groq?.usage) ?? out.usage;
		for (const choice of chunk.choices) {
			const delta = choice.delta;
			if (choice.index > 0) {
				others[choice.index] = (others[choice.index] ?? "") + (delta.content ?? "");
				continue;
			}
			out.usage = chatUsage(choice.usage) ?? out.usage;
			out.text += delta.content ?? "";
			out.reasoning += delta.reasoning_content ?? delta.reasoning ?? "";
			out.refusal += delta.refusal ?? "";
			for (const part of delta.tool_calls ?? []) {
				const call = (tools[part.index] ??= { id: "",
					function: { name: "", arguments: "" } });
				call.id = part.id ?? call.id;
				call.function.name += part.function?.name ?? "";
				call.function.arguments += part.function?.arguments ?? "";
			}
			out.finish = neutral(choice.finish_reason) ?? out.finish;
		}
	}
	out.tools = tools.map(chatTool);
	if (Object.keys(others).length) out.others = Object.values(others);
	return out;
}

async function chat(client, ask, stream, vendor) {
	const request = chatRequest(ask, vendor);
	if (stream) return chatStream(client, request, vendor !== "mistral");
	const whole = await client.chat.completions.create(request);
	const message = whole.choices[0].message;
	const out = answer({ text: message.content ?? "", refusal: message.refusal ?? "",
		reasoning: message.reasoning_content ?? message.reasoning ?? "",
		tools: (message.tool_calls ?? []).map(chatTool),
		finish: neutral(whole.choices[0].finish_reason), usage: chatUsage(whole.usage) });
	if (whole.choices.length > 1)
		out.others = whole.choices.slice(1).map((c) => c.message.content);
	return out;
}

function openai(base) {
	const { OpenAI } = load("openai");
	return new OpenAI({ apiKey: KEY, baseURL: base, maxRetries: 0 });
}

function azure(base, ask) {
	const { AzureOpenAI } = load("openai");
	return new AzureOpenAI({ apiKey: KEY, endpoint: base, apiVersion: "2024-10-21",
		deployment: ask.model, maxRetries: 0 });
}

// OpenAI Responses.
function responsesRequest(ask) {
	const content = [{ type: "input_text", text: ask.user }];
	if (ask.image) content.push({ type: "input_image", image_url: dataUrl(ask.image),
		detail: "auto" });
	const input = [{ role: "user", content }];
	if (ask.history) {
		input.push({ type: "function_call", call_id: "call_1", name: ask.history.tool,
			arguments: "{}" });
		input.push({ type: "function_call_output", call_id: "call_1",
			output: ask.history.result });
	}
	const request = { model: ask.model, input };
	if (ask.system) request.instructions = ask.system;
	if (ask.temperature !== undefined) request.temperature = ask.temperature;
	if (ask.max_tokens) request.max_output_tokens = ask.max_tokens;
	if (ask.tools)
		request.tools = ask.tools.map((t) => ({ type: "function", name: t.name,
			description: t.description, parameters: t.schema, strict: true }));
	if (ask.choice) request.tool_choice = { type: "function", name: ask.choice };
	if (ask.schema)
		request.text = { format: { type: "json_schema", name: "answer", schema: ask.schema,
			strict: true } };
	if (ask.effort) request.reasoning = { effort: ask.effort, summary: "auto" };
	return request;
}

function responsesAnswer(r) {
	const out = answer({ finish: r.status === "completed" ? "stop" :
		neutral(r.incomplete_details?.reason ?? r.status) });
	for (const item of r.output) {
		if (item.type === "function_call") {
			out.tools.push({ id: item.call_id, name: item.name, arguments: item.arguments });
			out.finish = "tool_calls";
		}
		if (item.type === "reasoning") out.reasoning += item.summary.map((s) => s.text).join("");
		if (item.type !== "message") continue;
		for (const part of item.content) {
			if (part.type === "output_text") out.text += part.text;
			if (part.type === "refusal") out.refusal += part.refusal;
		}
	}
	const usage = r.usage;
	if (usage)
		out.usage = counted(usage.input_tokens, usage.output_tokens,
			usage.input_tokens_details.cached_tokens,
			usage.input_tokens_details.cache_write_tokens,
			usage.output_tokens_details.reasoning_tokens);
	return out;
}

async function responses(client, ask, stream) {
	const request = responsesRequest(ask);
	if (!stream) return responsesAnswer(await client.responses.create(request));
	const told = { text: "", reasoning: "", refusal: "", tools: {} };
	let last = null;
	for await (const event of await client.responses.create({ ...request, stream: true })) {
		if (event.type === "response.output_text.delta") told.text += event.delta;
		if (event.type === "response.refusal.delta") told.refusal += event.delta;
		if (event.type === "response.reasoning_summary_text.delta")
			told.reasoning += event.delta;
		if (event.type === "response.function_call_arguments.delta")
			told.tools[event.item_id] = (told.tools[event.item_id] ?? "") + event.delta;
		if (["response.completed", "response.incomplete", "response.failed"]
			.includes(event.type)) last = event.response;
	}
	const out = responsesAnswer(last);
	for (const key of ["text", "reasoning", "refusal"])
		if (out[key] !== told[key]) throw new Error(`the deltas of ${key} differ: ${told[key]}`);
	const said = Object.values(told.tools).join("|");
	if (said !== out.tools.map((t) => t.arguments).join("|"))
		throw new Error(`the deltas of the tools differ: ${said}`);
	return out;
}

// Anthropic Messages.
function anthropicRequest(ask) {
	const content = [];
	if (ask.image) content.push({ type: "image", source: { type: "base64",
		media_type: ask.image.type, data: ask.image.data } });
	content.push({ type: "text", text: ask.user });
	const messages = [{ role: "user", content }];
	if (ask.history) {
		messages.push({ role: "assistant", content: [{ type: "tool_use", id: "toolu_1",
			name: ask.history.tool, input: {} }] });
		messages.push({ role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_1",
			content: ask.history.result }] });
	}
	const request = { model: ask.model, messages, max_tokens: ask.max_tokens ?? 4096 };
	if (ask.system) request.system = ask.system;
	if (ask.temperature !== undefined) request.temperature = ask.temperature;
	if (ask.stop) request.stop_sequences = ask.stop;
	if (ask.tools)
		request.tools = ask.tools.map((t) => ({ name: t.name, description: t.description,
			input_schema: t.schema }));
	if (ask.choice) request.tool_choice = { type: "tool", name: ask.choice };
	if (ask.schema)
		request.output_config = { format: { type: "json_schema", schema: ask.schema } };
	if (ask.effort) request.thinking = { type: "enabled", budget_tokens: 1024 };
	return request;
}

function anthropicAnswer(message) {
	const out = answer({ finish: neutral(message.stop_reason) });
	for (const block of message.content) {
		if (block.type === "text") out.text += block.text;
		if (block.type === "thinking") out.reasoning += block.thinking;
		if (block.type === "tool_use")
			out.tools.push({ id: block.id, name: block.name,
				arguments: JSON.stringify(block.input) });
	}
	if (message.stop_reason === "refusal")
		out.refusal = message.stop_details?.explanation ?? "";
	const usage = message.usage;
	const read = usage.cache_read_input_tokens ?? 0;
	const written = usage.cache_creation_input_tokens ?? 0;
	out.usage = counted(usage.input_tokens + read + written, usage.output_tokens, read, written,
		usage.output_tokens_details?.thinking_tokens);
	return out;
}

async function anthropic(base, ask, stream) {
	const Anthropic = load("@anthropic-ai/sdk").default;
	const client = new Anthropic({ apiKey: KEY, baseURL: base, maxRetries: 0 });
	const request = anthropicRequest(ask);
	if (!stream) return anthropicAnswer(await client.messages.create(request));
	const helper = client.messages.stream(request);
	let text = "";
	helper.on("text", (piece) => { text += piece; });
	const out = anthropicAnswer(await helper.finalMessage());
	if (text !== out.text) throw new Error(`the deltas differ: ${text}`);
	return out;
}

// Gemini.
function geminiRequest(ask) {
	const parts = [{ text: ask.user }];
	if (ask.image)
		parts.push({ inlineData: { mimeType: ask.image.type, data: ask.image.data } });
	const contents = [{ role: "user", parts }];
	if (ask.history) {
		contents.push({ role: "model", parts: [{ functionCall: { name: ask.history.tool,
			args: {} } }] });
		contents.push({ role: "user", parts: [{ functionResponse: { name: ask.history.tool,
			response: { output: ask.history.result } } }] });
	}
	const config = {};
	if (ask.system) config.systemInstruction = ask.system;
	if (ask.temperature !== undefined) config.temperature = ask.temperature;
	if (ask.seed !== undefined) config.seed = ask.seed;
	if (ask.max_tokens) config.maxOutputTokens = ask.max_tokens;
	if (ask.stop) config.stopSequences = ask.stop;
	if (ask.n) config.candidateCount = ask.n;
	if (ask.tools)
		config.tools = [{ functionDeclarations: ask.tools.map((t) => ({ name: t.name,
			description: t.description, parametersJsonSchema: t.schema })) }];
	if (ask.choice)
		config.toolConfig = { functionCallingConfig: { mode: "ANY",
			allowedFunctionNames: [ask.choice] } };
	if (ask.schema) {
		config.responseMimeType = "application/json";
		config.responseJsonSchema = ask.schema;
	}
	if (ask.effort) config.thinkingConfig = { thinkingBudget: 1024, includeThoughts: true };
	return { model: ask.model, contents, config };
}

function geminiAdd(out, chunk) {
	const others = out.others ?? {};
	if (chunk.promptFeedback?.blockReason) {
		out.refusal = chunk.promptFeedback.blockReason;
		out.finish = "refusal";
	}
	for (const candidate of chunk.candidates ?? []) {
		for (const part of candidate.content?.parts ?? []) {
			if (candidate.index > 0) {
				others[candidate.index] = (others[candidate.index] ?? "") + (part.text ?? "");
				out.others = others;
			} else if (part.functionCall) {
				out.tools.push({ id: part.functionCall.id, name: part.functionCall.name,
					arguments: JSON.stringify(part.functionCall.args) });
			} else if (part.thought) {
				out.reasoning += part.text;
			} else {
				out.text += part.text ?? "";
			}
		}
		if (!(candidate.index > 0)) out.finish = neutral(candidate.finishReason) ?? out.finish;
	}
	const usage = chunk.usageMetadata;
	if (usage)
		out.usage = counted(usage.promptTokenCount,
			(usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0),
			usage.cachedContentTokenCount ?? 0, null, usage.thoughtsTokenCount ?? 0);
	if (out.tools.length && out.finish === "stop") out.finish = "tool_calls";
}

async function gemini(base, ask, stream) {
	const { GoogleGenAI } = load("@google/genai");
	const client = new GoogleGenAI({ apiKey: KEY, httpOptions: { baseUrl: base } });
	const out = answer();
	if (stream) {
		for await (const chunk of await client.models.generateContentStream(geminiRequest(ask)))
			geminiAdd(out, chunk);
	} else {
		geminiAdd(out, await client.models.generateContent(geminiRequest(ask)));
	}
	if (out.others) out.others = Object.values(out.others);
	return out;
}

// Ollama.
function ollamaRequest(ask) {
	const messages = ask.system ? [{ role: "system", content: ask.system }] : [];
	messages.push({ role: "user", content: ask.user,
		...(ask.image ? { images: [ask.image.data] } : {}) });
	if (ask.history) {
		messages.push({ role: "assistant", content: "", tool_calls: [{ function: {
			name: ask.history.tool, arguments: {} } }] });
		messages.push({ role: "tool", content: ask.history.result,
			tool_name: ask.history.tool });
	}
	const options = {};
	if (ask.temperature !== undefined) options.temperature = ask.temperature;
	if (ask.seed !== undefined) options.seed = ask.seed;
	if (ask.max_tokens) options.num_predict = ask.max_tokens;
	if (ask.stop) options.stop = ask.stop;
	const request = { model: ask.model, messages, options };
	if (ask.tools)
		request.tools = ask.tools.map((t) => ({ type: "function",
			function: { name: t.name, description: t.description, parameters: t.schema } }));
	if (ask.schema) request.format = ask.schema;
	if (ask.effort) request.think = true;
	return request;
}

function ollamaAdd(out, chunk) {
	out.text += chunk.message.content;
	out.reasoning += chunk.message.thinking ?? "";
	for (const call of chunk.message.tool_calls ?? [])
		out.tools.push({ id: call.id ?? "", name: call.function.name,
			arguments: JSON.stringify(call.function.arguments) });
	if (!chunk.done) return;
	out.finish = out.tools.length ? "tool_calls" : neutral(chunk.done_reason);
	out.usage = counted(chunk.prompt_eval_count, chunk.eval_count);
}

async function ollama(base, ask, stream) {
	const { Ollama } = load("ollama");
	const client = new Ollama({ host: base });
	const out = answer();
	if (stream) {
		for await (const chunk of await client.chat({ ...ollamaRequest(ask), stream: true }))
			ollamaAdd(out, chunk);
	} else {
		ollamaAdd(out, await client.chat({ ...ollamaRequest(ask), stream: false }));
	}
	return out;
}

// Bedrock Converse.
function bedrockRequest(ask) {
	const content = [{ text: ask.user }];
	if (ask.image)
		content.push({ image: { format: ask.image.type.slice("image/".length),
			source: { bytes: Buffer.from(ask.image.data, "base64") } } });
	const messages = [{ role: "user", content }];
	if (ask.history) {
		messages.push({ role: "assistant", content: [{ toolUse: { toolUseId: "call_1",
			name: ask.history.tool, input: {} } }] });
		messages.push({ role: "user", content: [{ toolResult: { toolUseId: "call_1",
			content: [{ text: ask.history.result }] } }] });
	}
	const config = {};
	if (ask.temperature !== undefined) config.temperature = ask.temperature;
	if (ask.max_tokens) config.maxTokens = ask.max_tokens;
	if (ask.stop) config.stopSequences = ask.stop;
	const request = { modelId: ask.model, messages, inferenceConfig: config };
	if (ask.system) request.system = [{ text: ask.system }];
	if (ask.tools)
		request.toolConfig = { tools: ask.tools.map((t) => ({ toolSpec: { name: t.name,
			description: t.description, inputSchema: { json: t.schema } } })),
		...(ask.choice ? { toolChoice: { tool: { name: ask.choice } } } : {}) };
	if (ask.effort)
		request.additionalModelRequestFields = { thinking: { type: "enabled",
			budget_tokens: 1024 } };
	return request;
}

function bedrockUsage(usage) {
	const read = usage.cacheReadInputTokens ?? 0;
	const written = usage.cacheWriteInputTokens ?? 0;
	return counted(usage.inputTokens + read + written, usage.outputTokens, read, written);
}

async function bedrockStream(client, command) {
	const out = answer();
	const tools = {};
	for await (const event of (await client.send(command)).stream) {
		const start = event.contentBlockStart;
		if (start?.start?.toolUse)
			tools[start.contentBlockIndex] = { id: start.start.toolUse.toolUseId,
				name: start.start.toolUse.name, arguments: "" };
		const delta = event.contentBlockDelta?.delta;
		out.text += delta?.text ?? "";
		out.reasoning += delta?.reasoningContent?.text ?? "";
		if (delta?.toolUse)
			tools[event.contentBlockDelta.contentBlockIndex].arguments += delta.toolUse.input;
		if (event.messageStop) out.finish = neutral(event.messageStop.stopReason);
		if (event.metadata) out.usage = bedrockUsage(event.metadata.usage);
	}
	out.tools = Object.values(tools);
	return out;
}

async function bedrock(base, ask, stream) {
	const aws = load("@aws-sdk/client-bedrock-runtime");
	const { NodeHttpHandler } = load("@smithy/node-http-handler");
	const client = new aws.BedrockRuntimeClient({ endpoint: base, region: "mock-1",
		maxAttempts: 1, requestHandler: new NodeHttpHandler(),
		credentials: { accessKeyId: "MOCKACCESSKEY", secretAccessKey: "mock/secret+access=key" } });
	const request = bedrockRequest(ask);
	if (stream) return bedrockStream(client, new aws.ConverseStreamCommand(request));
	const whole = await client.send(new aws.ConverseCommand(request));
	const out = answer({ finish: neutral(whole.stopReason), usage: bedrockUsage(whole.usage) });
	for (const block of whole.output.message.content) {
		out.text += block.text ?? "";
		out.reasoning += block.reasoningContent?.reasoningText?.text ?? "";
		if (block.toolUse)
			out.tools.push({ id: block.toolUse.toolUseId, name: block.toolUse.name,
				arguments: JSON.stringify(block.toolUse.input) });
	}
	return out;
}

async function run(job) {
	const { client, base, ask, stream } = job;
	if (client === "azure") return chat(azure(base, ask), ask, stream, client);
	if (client === "openai_responses") return responses(openai(base), ask, stream);
	const natives = { anthropic, gemini, ollama, bedrock };
	if (natives[client]) return natives[client](base, ask, stream);
	return chat(openai(base), ask, stream, client);
}

for await (const line of readline.createInterface({ input: process.stdin })) {
	const job = JSON.parse(line);
	try {
		console.log(JSON.stringify({ id: job.id, ...await run(job) }));
	} catch (error) {
		console.log(JSON.stringify({ id: job.id, failed: String(error) }));
	}
}
