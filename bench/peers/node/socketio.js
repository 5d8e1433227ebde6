// The chat that everybody writes with Socket.IO: `io.emit` to all.
// Usage: node socketio.js HOST:PORT
"use strict";
const { Server } = require("socket.io");
const { listen } = require("./publish.js");

const server = listen(process.argv[2], (message) => io.emit("message", message));
const io = new Server(server, { serveClient: false });
io.on("connection", (socket) => {
  socket.on("message", (message) => io.emit("message", message));
});
