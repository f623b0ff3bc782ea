// API: asks the staff API; every failure becomes a Problem with a code.

import { language, words } from "./words.js";

const csrf = document.querySelector('meta[name="csrf-token"]').content;
const PATIENCE = 15000;

export class Problem extends Error {
  constructor(code, document = {}) {
    super(code);
    this.code = code;
    this.document = document;
  }

  get words() {
    const owner = this.document.owner;
    const who = owner?.kind === "agent" ? owner.name : "";
    const say = words().problem[this.code] ?? words().problem.unavailable;
    return say(who, this.document.detail ?? "");
  }
}

export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export async function ask(path, { method = "GET", body, headers = {} } = {}) {
  const request = {
    method,
    headers: { "Accept-Language": language(), ...headers },
    signal: AbortSignal.timeout(PATIENCE),
    credentials: "same-origin",
  };
  if (method !== "GET") request.headers["X-CSRF-Token"] = csrf;
  if (body !== undefined) {
    request.headers["Content-Type"] = "application/json";
    request.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(path, request);
  } catch {
    throw new Problem("network");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem(answer.code ?? "unavailable", answer);
  return { answer, status: response.status };
}

export const get = async (path) => (await ask(path)).answer;

/// Orders something for a conversation and waits until the router has decided. A lost connection is tried again with
/// the same key, so that nothing is done twice.
export async function order(conversation, action, body) {
  const path = `/api/conversations/${conversation}/${action}`;
  const headers = { "Idempotency-Key": newKey() };
  let done;
  try {
    done = await ask(path, { method: "POST", body, headers });
  } catch (problem) {
    if (problem.code !== "network") throw problem;
    done = await ask(path, { method: "POST", body, headers });
  }
  for (let tries = 0; done.status === 202; tries += 1) {
    if (tries === 20) throw new Problem("late");
    await new Promise((resolve) => setTimeout(resolve, 1000));
    done = await ask(done.answer.operation);
  }
  return done.answer;
}
