/** Signed out without a line: as soon as there is one, the worker tells Cuppa before it lets the next page through. */

document.getElementById("offline-notice").remove(); // this page says so itself
addEventListener("online", () => location.assign("/sign-in"));
