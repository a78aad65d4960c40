// What the event loop's network methods call, as one module.

export { getaddrinfo } from './address/addressInfo.ts';
export { connectAcceptedSocket } from './connect/connectAcceptedSocket.ts';
export { createConnection } from './connect/createConnection.ts';
export { createServer } from './serve/createServer.ts';
export { createUnixConnection } from './connect/createUnixConnection.ts';
export { createUnixServer } from './serve/createUnixServer.ts';
export { createDatagramEndpoint } from './datagram/createDatagramEndpoint.ts';
export { getnameinfo } from './address/nameInfo.ts';
export { connectReadPipe, connectWritePipe } from '../pipes/connectPipe.ts';
export { sendfile } from './sendfile/sendfile.ts';
export { sockSendfile } from './sendfile/sockSendfile.ts';
export { sockConnect } from './socket/sockConnect.ts';
export { sockAccept, sockRecv, sockRecvfrom, sockRecvfromInto, sockRecvInto } from './socket/sockRead.ts';
export { sockSendall, sockSendto } from './socket/sockWrite.ts';
export { startTls } from './tls/startTls.ts';
