// The chat that everybody writes with `ws`: each message to each socket.
// Usage: node ws.js HOST:PORT
"use strict";
const { WebSocket, WebSocketServer } = require("ws");
const { listen } = require("./publish.js");

const broadcast = (message) => {
  for (const socket of sockets.clients) {
    if (socket.readyState === WebSocket.OPEN) socket.send(message);
  }
};
const server = listen(process.argv[2], broadcast);
const sockets = new WebSocketServer({ server, path: "/ws" });
sockets.on("connection", (socket) => {
  socket.on("message", (message) => broadcast(message.toString()));
  socket.on("error", () => socket.terminate());
});
