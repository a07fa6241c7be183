/** Whether this phone should send and fetch little: chosen here, else as the browser says. */

const KEY = "cuppa-low-data";

export function isLowData() {
  const chosen = localStorage.getItem(KEY);
  return chosen ? chosen === "on" : Boolean(navigator.connection?.saveData);
}

/** Let checkboxes `[data-low-data]` below `root` show the choice and change it. */
export function bindLowData(root, onChange) {
  for (const box of root.querySelectorAll("[data-low-data]")) {
    box.checked = isLowData();
    box.addEventListener("change", () => {
      localStorage.setItem(KEY, box.checked ? "on" : "off");
      onChange?.();
    });
  }
}
