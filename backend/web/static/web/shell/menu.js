/** What is chosen for this phone, wherever it shows or sends clips. */

import { bindLowData } from "../clips/low-data.js";

const choice = document.getElementById("low-data");
bindLowData(choice);
choice.hidden = false;
