// Steps are put in order by their buttons. What is sent is the place of each; without this script it is typed.

const steps = () => [...document.querySelectorAll("[data-step]")];
const status = document.getElementById("moved");
const legends = steps().map((step) => step.querySelector("legend").textContent);

const place = (step) => step.querySelector('[name$="-ORDER"]');
const isEmpty = (step) => !step.querySelector("textarea").value.trim() && !step.querySelector('[name$="-clip_id"]').value;

/** Number the steps as they stand; those that nothing is in stay out of the count. */
function number() {
  const all = steps();
  let count = 0;
  all.forEach((step, index) => {
    step.querySelector("legend").textContent = legends[index];
    if (!isEmpty(step)) place(step).value = String(++count);
    step.querySelector('[data-move="up"]').disabled = index === 0;
    step.querySelector('[data-move="down"]').disabled = index === all.length - 1;
  });
}

function move(button) {
  const step = button.closest("[data-step]");
  const all = steps();
  const index = all.indexOf(step);
  const isUp = button.dataset.move === "up";
  const other = all[index + (isUp ? -1 : 1)];
  if (!other) return;
  if (isUp) other.before(step);
  else other.after(step);
  number();
  const next = button.disabled ? step.querySelector("[data-move]:not(:disabled)") : button;
  next.focus(); // moving an element takes the focus away from it
  step.scrollIntoView({ block: "nearest" });
  status.textContent = status.dataset.moved.replace("{n}", String(index + (isUp ? 0 : 2)));
}

for (const step of steps()) {
  step.querySelector("[data-moves]").hidden = false;
  place(step).closest(".field").hidden = true;
}
number();
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-move]");
  if (button) move(button);
});
document.getElementById("draft").addEventListener("submit", number, { capture: true });
