/** "Tell me here": this browser registers for pushes after a tap, and says what keeps it from that. */

import { FirebaseRefused } from "./firebase.js";
import { NotRegistered, registerHere, registrationHere, unregisterHere } from "./registering.js";

const TOLD = "cuppa-told"; // page.js looks for it

const section = document.querySelector("[data-told-here]");
const config = JSON.parse(section.dataset.config);
const { person } = section.dataset;
const part = (name) => section.querySelector(`[data-part="${name}"]`);

function showState(state) {
  for (const one of section.querySelectorAll("[data-state]")) one.hidden = one.dataset.state !== state;
  part("begin").hidden = state !== "off";
  part("end").hidden = state !== "on";
}

function showProblem(sentence) {
  part("problem").textContent = sentence;
  part("problem").hidden = !sentence;
}

const isAble = () => "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

async function stateNow() {
  if (!isAble()) return "unable";
  if (Notification.permission === "denied") return "denied";
  const known = await registrationHere();
  const own = known?.person === person && document.querySelector(`[data-device="${known.device_id}"]`);
  if (own) own.querySelector('[data-part="this"]').hidden = false;
  return own && Notification.permission === "granted" ? "on" : "off";
}

async function begin() {
  if ((await Notification.requestPermission()) !== "granted") return showState(await stateNow());
  await registerHere(await navigator.serviceWorker.ready, config);
  localStorage.setItem(TOLD, "yes");
  location.reload(); // the list of devices has one more
}

async function end() {
  await unregisterHere(await navigator.serviceWorker.ready);
  localStorage.removeItem(TOLD);
  location.reload();
}

function sentenceFor(why) {
  const { lost, refused, unsupported } = part("problem").dataset;
  if (why instanceof NotRegistered) return why.said || lost;
  if (why instanceof FirebaseRefused) return why.status ? refused : lost;
  return why instanceof DOMException ? unsupported : lost;
}

async function attempt(button, work) {
  button.disabled = true;
  showProblem("");
  try {
    await work();
  } catch (why) {
    console.warn(why);
    showProblem(sentenceFor(why));
  }
  button.disabled = false;
}

part("begin").addEventListener("click", (event) => attempt(event.currentTarget, begin));
part("end").addEventListener("click", (event) => attempt(event.currentTarget, end));
showState(await stateNow());
