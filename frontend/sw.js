// The app's worker: the one part of it that is there while the server is not, and while no tab is.
// It must be a script of its own, because a browser starts it alone; and a small one in plain
// JavaScript, because it is started often.
//
// It keeps the shell: the page, and the files that the page names. The page is asked for anew each
// time, so that a new version of the app is there with the next load; what is kept is shown only
// when no server answers. Files with a hash in their names never change, so those are taken from
// what is kept. Nothing below /api is ever touched.
//
// And it shows notices. All tabs hand theirs in here, so each is shown once, whoever is first.

const SHELL = "tidings-shell";

/** The paths that a page names: `"/style-0a1b….css"`. */
const filesOf = (html) => new Set([...html.matchAll(/["'](\/[\w./-]+\.\w+)["']/g)].map((at) => at[1]));

const isHashed = (path) => /-[0-9a-f]{8,64}[._]/.test(path);

/** Keeps a page with all its files, and what it does not name no longer. */
async function keep(page) {
  const shell = await caches.open(SHELL);
  const files = filesOf(await page.clone().text());
  const kept = new Set((await shell.keys()).map((file) => new URL(file.url).pathname));
  // The page comes last: one that is kept has its files.
  await shell.addAll([...files].filter((path) => !kept.has(path)));
  await shell.put("/", page);
  for (const path of kept) if (path !== "/" && !files.has(path)) await shell.delete(path);
}

/** The page, the same at every address of the app. */
async function page(event) {
  const kept = () => caches.match("/", { ignoreVary: true });
  try {
    const answer = await fetch(event.request);
    if (answer.ok && !answer.redirected) event.waitUntil(keep(answer.clone()).catch(() => {}));
    // A proxy answers so while the server behind it is away.
    return answer.status < 500 ? answer : ((await kept()) ?? answer);
  } catch (unreachable) {
    const page = await kept();
    if (page) return page;
    throw unreachable;
  }
}

/** A file of the shell. */
async function file(request, path) {
  const kept = () => caches.match(path, { ignoreVary: true });
  if (isHashed(path)) return (await kept()) ?? fetch(request);
  try {
    return await fetch(request);
  } catch (unreachable) {
    const file = await kept();
    if (file) return file;
    throw unreachable;
  }
}

addEventListener("install", (event) => {
  skipWaiting();
  // Where the browser takes it, what is below /api doesn't even wake the worker.
  event.addRoutes?.({ condition: { urlPattern: "/api/*" }, source: "network" });
  event.waitUntil(fetch("/", { cache: "no-cache" }).then((page) => page.ok && keep(page)));
});

addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== location.origin || pathname.startsWith("/api/")) return;
  if (mode === "navigate") {
    if (pathname === "/" || pathname.startsWith("/r/")) event.respondWith(page(event));
  } else if (/^\/[\w-]+\.\w+$/.test(pathname)) {
    event.respondWith(file(event.request, pathname));
  }
});

addEventListener("message", (event) => event.waitUntil(hear(event.data)));

/** A tab says that there is something to tell about a room; or, without a `seq`, that it was read. */
async function hear({ room, seq, title, body, lang, dir }) {
  const told = await registration.getNotifications({ tag: room });
  if (seq === undefined) return told.forEach((notice) => notice.close());
  const path = `/r/${room}`;
  const tabs = await clients.matchAll({ type: "window" });
  const isSeen = (tab) => tab.visibilityState === "visible" && new URL(tab.url).pathname === path;
  // Another tab was first, or somebody looks at the room in another tab.
  if (told.some((notice) => notice.data.seq >= seq) || tabs.some(isSeen)) return;
  const options = { body, lang, dir, tag: room, data: { path, seq }, icon: "/icon-192.png" };
  await registration.showNotification(title, { ...options, renotify: true });
}

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(show(event.notification.data));
});

/** Goes to a message, in the tab that has its room open if there is one. */
async function show({ path, seq }) {
  const tabs = await clients.matchAll({ type: "window" });
  const tab = tabs.find((tab) => new URL(tab.url).pathname === path);
  if (!tab) return clients.openWindow(`${path}#${seq}`);
  const address = new URL(tab.url);
  address.hash = seq;
  await tab.focus();
  await tab.navigate(address);
}
