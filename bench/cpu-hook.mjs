process.on('message', (message) => {
  if (message === 'cpu?') process.send(process.cpuUsage());
  if (message === 'memory?') {
    globalThis.gc();
    process.send(process.memoryUsage());
  }
});
// Only the server's own sockets keep it alive.
process.channel?.unref();
