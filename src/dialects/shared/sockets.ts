/** Socket handlers that dialects share. */
import type { Connection } from '../../core/sockets.ts';
import type { AppError } from '../../errors.ts';
import type { SocketHandler } from '../dialect.ts';

/** Closes the connection when the work fails. @returns the work */
export function closeOnFailure<T>(connection: Connection, work: Promise<T>): Promise<T> {
  work.catch((error: unknown) => connection.fail(error));
  return work;
}

type RoomSocket = {
  /** Resolves when the connection is in the room: its texts wait for that. */
  readonly entered: Promise<unknown>;
  readonly send: (text: string) => Promise<unknown>;
  readonly errorFrame: (error: AppError) => string;
  /** The error for a binary frame. */
  readonly binaryRefusal: AppError;
};

/** The socket of a signed-in account that talks in one room. */
export function roomSocket(
  connection: Connection,
  { entered, send, errorFrame, binaryRefusal }: RoomSocket,
): SocketHandler {
  closeOnFailure(connection, entered);
  const refuse = (error: AppError) => connection.sendText(errorFrame(error));
  return {
    entering: true,
    onText: async (text) => {
      await entered;
      await send(text);
    },
    onRefused: refuse,
    onBinary: () => refuse(binaryRefusal),
  };
}
