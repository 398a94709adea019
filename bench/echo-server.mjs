// The yardstick of the server rows: sends every datagram back, with the settings a SIP listener would have.
import { createSocket } from 'node:dgram';

const socket = createSocket({
  type: 'udp4',
  recvBufferSize: 4 << 20,
  lookup: (host, _options, callback) => callback(null, host, 4),
});
socket.on('message', (bytes, from) => socket.send(bytes, from.port, from.address));
socket.bind(0, '127.0.0.1', () => console.log(`listening on udp 127.0.0.1:${socket.address().port}`));
process.on('SIGTERM', () => socket.close(() => process.exit(0)));
