// What the event loop's network methods call, as one module: the loop loads it when the first of them is used,
// so that a program without network does not carry it.

export { getaddrinfo } from './addressInfo.ts';
export { connectAcceptedSocket } from './connectAcceptedSocket.ts';
export { createConnection } from './createConnection.ts';
export { createServer } from './createServer.ts';
export { createUnixConnection } from './createUnixConnection.ts';
export { createUnixServer } from './createUnixServer.ts';
export { createDatagramEndpoint } from './datagram/createDatagramEndpoint.ts';
export { getnameinfo } from './nameInfo.ts';
export { connectReadPipe, connectWritePipe } from './pipes/connectPipe.ts';
export { sendfile } from './sendfile/sendfile.ts';
export { sockSendfile } from './sendfile/sockSendfile.ts';
export { sockAccept } from './sockAccept.ts';
export { sockConnect } from './sockConnect.ts';
export { sockRecv, sockRecvfrom, sockRecvfromInto, sockRecvInto } from './sockRead.ts';
export { sockSendall, sockSendto } from './sockWrite.ts';
export { startTls } from './tls/startTls.ts';
