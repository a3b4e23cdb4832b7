// Watches a reassessment: moves the bar, and shows the page anew when it begins, rests, goes on or ends.
"use strict";
const place = document.querySelector("[data-run]");
async function look() {
  try {
    const answer = await fetch(place.dataset.run, { headers: { Accept: "application/json" } });
    if (answer.ok) {
      const run = await answer.json();
      if (run.mark !== place.dataset.mark) {
        location.reload();
        return;
      }
      place.querySelector("progress").value = run.due ? run.done : 1;
      place.querySelector("[data-done]").textContent = run.done;
      const left = place.querySelector("[data-left]");
      if (left) left.textContent = run.left ? `; ${run.left} left` : "";
    }
  } catch {
    // The service may be restarting; the next look will tell.
  }
  setTimeout(look, 2000);
}
if (place && place.dataset.working) setTimeout(look, 1000);
