process.on('message', (message) => {
  if (message === 'cpu?') process.send(process.cpuUsage());
});
// Only the server's own sockets keep it alive.
process.channel?.unref();
