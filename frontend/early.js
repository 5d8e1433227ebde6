{
  // What the page can do before the program is there, which a slow line takes seconds to bring: it says
  // where one is, in the reader's language, and takes what one writes. The program asks for that once
  // (`early`), and is told where the caret was. It stands in the page itself: nothing is waited for.
  const find = (selector) => document.querySelector(selector);
  const [field, log] = [find("#composer"), find(".log")];

  // The same room that the app is about to read from the address (`route.rs`, `RoomName`).
  const named = unescape(/^\/r\/(.*?)\/*$/.exec(location.pathname)?.[1] ?? "");
  const room = /^[a-z0-9][a-z0-9_-]{0,63}$/.test(named) ? named : "lobby";
  find(".bar__room").textContent = room;

  // A browser may be told to keep nothing.
  let kept = {};
  try {
    kept = localStorage;
  } catch {}
  const draft = `tidings.draft.${room}`;

  // The words of `words/pt.rs`; the page itself has those of `words/en.rs`.
  const pt = {
    label: "Mensagem",
    "#send": "Enviar",
    ".topic": "Adicionar um tópico",
    ".bar__menu": "Menu",
    ".status__text": "conectando",
    ".log__end": "A conversa está a caminho",
  };
  const tags = [kept["tidings.language"], ...navigator.languages];
  const tag = tags.map((tag) => tag?.toLowerCase().split("-")[0]).find((tag) => /^(en|pt)$/.test(tag));
  if (tag === "pt") {
    document.documentElement.lang = tag;
    for (const at in pt) find(at).textContent = pt[at];
    field.placeholder = pt.label;
  }

  // Another way of listening has another mark.
  const mode = new URLSearchParams(location.search).get("mode") ?? "auto";
  if (!/^(auto|websocket)$/.test(mode)) {
    find(".app").dataset.mode = mode;
    find(".mark").replaceChildren();
  }

  // What is written is kept as a draft at once, what is to be sent with it: the app may never come.
  const sent = [];
  const keep = () => {
    field.rows = Math.min(field.value.split("\n").length, 6);
    const texts = [...sent, field.value].filter((text) => text);
    try {
      if (texts.length) kept[draft] = texts.join("\n");
      else delete kept[draft];
    } catch {}
  };
  const send = (event) => {
    event.preventDefault();
    if (field.value.trim()) {
      const row = document.createElement("div");
      row.className = sent.length ? "message is-own goes-on" : "message is-own";
      row.dataset.delivery = "pending";
      row.innerHTML = '<div class="message__head">&nbsp;</div><div class="text" dir="auto"></div>';
      row.lastChild.textContent = field.value;
      log.append(row);
      log.scrollTop = log.scrollHeight;
      sent.push(field.value);
      field.value = "";
      keep();
    }
    field.focus();
  };
  field.value = kept[draft] ?? "";
  field.oninput = keep;
  find("form").onsubmit = send;
  field.onkeydown = (event) => {
    const composes = event.isComposing || event.keyCode === 229;
    if (event.key === "Enter" && !event.shiftKey && !composes) send(event);
  };
  /** What is begun, and then what is to be sent; the app takes the page's place as soon as it has it. */
  window.early = () => {
    if (document.activeElement === field) {
      const { selectionStart, selectionEnd } = field;
      new MutationObserver((_, observer) => {
        const next = find("#composer");
        if (!next || next === field) return;
        observer.disconnect();
        next.focus({ preventScroll: true });
        next.setSelectionRange(selectionStart, selectionEnd);
      }).observe(document.body, { childList: true });
    }
    return [field.value, ...sent];
  };
}
