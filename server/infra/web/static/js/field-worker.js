// The service worker of the pages for staff on the move: keeps the pages with their scripts and styles, and answers from what
// it keeps. VERSION, SHELLS and FILES are told by /admin/field/sw.js. Lists and what was entered are none of its business.
const CACHE = `xiangyi-field-${VERSION}`;
const NOT_MINE = 403;

async function take(address) {
  const answer = await fetch(address, { credentials: "same-origin", cache: "no-cache" });
  // Somebody's post may open one page and not the other: what is not theirs is left out.
  if (answer.status === NOT_MINE && SHELLS.includes(address)) return null;
  // The sign-in page must never be kept as the page: what is kept already goes on.
  if (!answer.ok || answer.redirected) throw new Error(`${address}: ${answer.status}`);
  return answer;
}

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const answers = await Promise.all([...SHELLS, ...FILES].map(async (address) => [address, await take(address)]));
    const cache = await caches.open(CACHE);
    await Promise.all(answers.filter(([, answer]) => answer).map(([address, answer]) => cache.put(address, answer)));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith("xiangyi-field-") && name !== CACHE);
    await Promise.all(names.map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

// Another text size is asked of the server, and kept from then on.
async function drawnAnew(shell, request) {
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected) await (await caches.open(CACHE)).put(shell, answer.clone());
    return answer;
  } catch (_) {
    return (await caches.open(CACHE)).match(shell);
  }
}

async function kept(address, request) {
  return (await (await caches.open(CACHE)).match(address)) || fetch(request);
}

// The pictures of the questions, which the page has put aside.
async function picture(request) {
  return (await (await caches.open("xiangyi-pictures")).match(request)) || fetch(request);
}

self.addEventListener("fetch", (event) => {
  const request = event.request, there = new URL(request.url);
  if (request.method !== "GET" || there.origin !== self.location.origin) return;
  if (SHELLS.includes(there.pathname) && request.mode === "navigate") {
    event.respondWith(there.search ? drawnAnew(there.pathname, request) : kept(there.pathname, request));
  } else if (FILES.includes(there.pathname)) {
    event.respondWith(kept(there.pathname, request));
  } else if (request.destination === "image") {
    event.respondWith(picture(request));
  }
});
