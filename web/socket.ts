// How is a live connection opened? With code of its own, fetched when a page first needs one.
import { io, type Socket } from 'socket.io-client'
import { LIVE_PATH } from '../src/api/live.ts'

/** A connection that begins at once and comes back by itself when it is cut. */
export const openSocket = (): Socket =>
  io({ path: LIVE_PATH, transports: ['websocket'], reconnectionDelay: 500, reconnectionDelayMax: 5000 })
