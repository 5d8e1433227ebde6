// How a message gets in, for both servers: its bytes are the body of POST /publish. A server that
// has something of its own to serve is asked for its upgrades only.
"use strict";
const http = require("node:http");

/** An HTTP server on HOST:PORT that gives each message to `deliver`. */
exports.listen = function listen(address, deliver) {
  const server = http.createServer((request, response) => {
    if (request.method !== "POST" || request.url !== "/publish") {
      response.writeHead(404).end();
      return;
    }
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      deliver(Buffer.concat(parts).toString());
      response.writeHead(202).end();
    });
  });
  // A publisher's connection is kept for as long as it likes, as with the others.
  server.keepAliveTimeout = 0;
  const [host, port] = address.split(":");
  server.listen({ host, port: Number(port), backlog: 4096 });
  return server;
};
