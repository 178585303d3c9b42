// An HTTP/2 server over TLS that streams without end (below /quiet: one piece, then silence) and says what it sees, one line each: "port N", "open", "closed CODE SESSIONS"
// (the code of the RST_STREAM frame, and how many connections are still up). Arguments: key file, certificate file.
import http2 from "node:http2";
import fs from "node:fs";

let sessions = 0;
const server = http2.createSecureServer({ key: fs.readFileSync(process.argv[2]), cert: fs.readFileSync(process.argv[3]) });
server.on("session", (session) => {
  sessions += 1;
  session.on("close", () => (sessions -= 1));
  session.on("error", () => {});
});
server.on("stream", (stream, headers) => {
  console.log("open");
  stream.respond({ ":status": 200, "content-type": "text/event-stream" });
  const token = 'data: {"id":"c","choices":[{"index":0,"delta":{"content":"tok "}}]}\n\n';
  if (headers[":path"].startsWith("/quiet")) stream.write(token);
  const timer = headers[":path"].startsWith("/quiet") ? undefined : setInterval(() => stream.write(token), 10);
  stream.on("error", () => {});
  stream.on("close", () => {
    clearInterval(timer);
    console.log(`closed ${stream.rstCode} ${sessions}`);
  });
});
server.listen(0, "127.0.0.1", () => console.log(`port ${server.address().port}`));
