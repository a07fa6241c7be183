/** Who is signed in on this page, and what each of its requests carries. */

import { csrfToken } from "../page.js";

export const person = () => document.querySelector("[data-tray]").dataset.person;

export const pageHeaders = () => ({ "X-CSRFToken": csrfToken() });
