"use strict";
// One lock screen is drawn anew by the server whenever something on it changes; nothing is kept here but what is typed.

const link = document.getElementById("link");
const problem = document.getElementById("problem");

const phoneOf = (number) => document.getElementById(`phone-${number}`);
const pushOf = (element) => element.closest("[data-push]");

function typedOn(phone) {
  return [...phone.querySelectorAll(".answer input")].map((input) => ({
    push: pushOf(input).dataset.push, value: input.value, focused: input === document.activeElement,
  }));
}

function typeAgain(phone, typed) {
  for (const { push, value, focused } of typed) {
    const input = phone.querySelector(`[data-push="${CSS.escape(push)}"] .answer input`);
    if (!input) continue;
    input.value = value;
    if (focused) input.focus();
  }
}

async function drawAnew(number) {
  const answer = await fetch(`/phones/${number}`);
  if (!answer.ok) return;
  const drawn = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("article");
  const old = phoneOf(number);
  const typed = typedOn(old);
  const opened = [...old.querySelectorAll("details[open]")].map((each) => pushOf(each).dataset.push);
  old.replaceWith(drawn);
  typeAgain(drawn, typed);
  for (const push of opened) drawn.querySelector(`[data-push="${CSS.escape(push)}"] details`)?.setAttribute("open", "");
}

function say(push, sentence) {
  const told = document.createElement("p");
  told.className = "told refused";
  told.textContent = sentence;
  push.querySelector("details").before(told);
}

// The phone may be drawn anew while the answer is on its way: what stands there then is looked for by its ids.
async function press(element, action, text) {
  const push = pushOf(element).dataset.push;
  const number = element.closest("[data-number]").dataset.number;
  const answer = await send("POST", `/phones/${number}/pushes/${push}`, { action, text });
  const shown = phoneOf(number).querySelector(`[data-push="${CSS.escape(push)}"]`);
  if (answer.problem && shown) say(shown, answer.problem);
  const input = shown?.querySelector(".answer input");
  if (answer.is_taken && input?.value === text) input.value = "";
}

async function send(method, path, body) {
  try {
    const answer = await fetch(path, {
      method, body: body && JSON.stringify(body), headers: { "Content-Type": "application/json" },
    });
    return await answer.json();
  } catch (error) {
    return { problem: `The local FCM does not answer (${error.message}).` };
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-action]");
  if (button) press(button, button.dataset.action, "");
});

document.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  if (form.id === "order") order(form);
  if (form.className === "answer" && form.elements.text.value.trim()) {
    press(form, "answer", form.elements.text.value); // what was typed stays until it is taken
  }
});

// What shall FCM answer?

function ownerOf(address) {
  const choices = [...document.querySelector("#order [name=address]").options];
  return choices.find((each) => each.value === (address ?? ""))?.textContent ?? address;
}

function tellOrders(state) {
  problem.hidden = !state.problem;
  problem.textContent = state.problem ?? "";
  if (state.problem) return;
  const often = (times) => (times === null ? "until told otherwise" : `${times} more`);
  const told = state.orders.map((each) => `${each.answer} to ${ownerOf(each.address)}, ${often(each.times)}`);
  const latency = state.latency_ms ? ` Every answer takes ${state.latency_ms} ms.` : "";
  document.getElementById("orders").textContent = (told.join("; ") || "It accepts everything.") + latency;
}

// One request at a time, so that an older answer never writes over a newer one.
let lastTurn = Promise.resolve();

function control(method, path, body) {
  lastTurn = lastTurn.then(() => send(method, path, body)).then(tellOrders);
}

function order(form) {
  const { answer, address, times, seconds } = form.elements;
  control("POST", "/control/orders", {
    answer: answer.value, address: address.value || null, times: times.value ? Number(times.value) : null,
    seconds: Number(seconds.value),
  });
}

document.getElementById("accept").addEventListener("click", () => control("DELETE", "/control/orders"));
document.getElementById("latency").addEventListener("change", (event) => {
  control("PUT", "/control/latency", { ms: Number(event.target.value) });
});

// News.

const news = new EventSource("/phones/events");
news.onopen = () => {
  link.textContent = "live";
  link.classList.add("live");
  for (const phone of document.querySelectorAll("[data-number]")) drawAnew(phone.dataset.number);
  control("GET", "/control");
};
news.onerror = () => {
  link.textContent = "the local FCM does not answer; trying again …";
  link.classList.remove("live");
};
news.onmessage = (event) => {
  if (phoneOf(event.data)) drawAnew(event.data);
  control("GET", "/control");
};
