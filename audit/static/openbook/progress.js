// Watches work under way and shows the page anew when something ends. Without scripts the page refreshes itself.
"use strict";
const place = document.querySelector("[data-progress]");
async function look() {
  try {
    const answer = await fetch(place.dataset.progress, { headers: { Accept: "application/json" } });
    if (answer.ok) {
      const work = await answer.json();
      if (work.mark !== place.dataset.mark) {
        location.reload();
        return;
      }
    }
  } catch {
    // The service may be restarting; the next look will tell.
  }
  setTimeout(look, 1500);
}
if (place && place.dataset.working) setTimeout(look, 800);
