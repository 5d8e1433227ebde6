// Runs in each page before its own scripts, and only looks.
{
  const arrivals = {}; // seq -> when its row was there, in ms since 1970
  const deliveries = {}; // message id -> the states it was shown in, one after the other
  const violations = [];
  globalThis.witness = { arrivals, deliveries, violations };

  addEventListener("securitypolicyviolation", (event) => {
    violations.push(`${event.violatedDirective} refused ${event.blockedURI}`);
  });

  const see = (row) => {
    const { messageId, seq, delivery } = row.dataset;
    if (!messageId) return;
    if (seq !== undefined) arrivals[seq] ??= Date.now();
    const states = (deliveries[messageId] ??= []);
    const state = delivery ?? "confirmed";
    if (states.at(-1) !== state) states.push(state);
  };
  new MutationObserver((records) => {
    for (const { type, target, addedNodes } of records) {
      if (type === "attributes") see(target);
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue;
        if (node.matches("[data-message-id]")) see(node);
        node.querySelectorAll("[data-message-id]").forEach(see);
      }
    }
  }).observe(document, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ["data-message-id", "data-seq", "data-delivery"],
  });
}
