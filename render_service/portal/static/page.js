// SPDX-License-Identifier: GPL-3.0-or-later
// What every page does once it is open: a list of mistakes takes the focus, so that it is read first; moments are told in
// the time of the reader's clock; pictures that are being made are announced when they are ready.
document.querySelector("[data-focus]")?.focus();

const clock = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
for (const each of document.querySelectorAll("time[datetime]")) each.textContent = clock.format(new Date(each.dateTime));

const news = document.querySelector("[data-news]");

async function listen() {
  let told;
  try {
    const response = await fetch(news.dataset.news, { headers: { Accept: "application/json" } });
    if (!response.ok) return;
    told = await response.json();
  } catch {
    setTimeout(listen, 30000);
    return;
  }
  if (told.words) {
    const link = Object.assign(document.createElement("a"), { href: told.link, textContent: news.dataset.look });
    news.replaceChildren(told.words, " ", link);
    news.hidden = false;
  }
  if (told.open) setTimeout(listen, 8000);
}

if (news?.dataset.open > 0) setTimeout(listen, 8000);
