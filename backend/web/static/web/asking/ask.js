/** The page on which a fault is filmed and asked about. */

import { bindForms } from "../clips/form.js";

bindForms(document);
document.addEventListener("cuppa:corrected", (event) => bindForms(event.target.parentElement));
