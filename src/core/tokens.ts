/** The signed token that every dialect hands out and takes (JWT, HS256). What it is worth is up to its session row. */
import { jwtVerify, SignJWT } from 'jose';
import { AppError } from '../errors.ts';

const ISSUER = 'koine';
const ALGORITHM = 'HS256';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export type Tokens = ReturnType<typeof createTokens>;

/** `id` is a string, as the lounge document shows it. */
export type Subject = { uid: string; id: number; username: string; sessionId: string };

export function createTokens(secret: Uint8Array) {
  return {
    sign: (subject: Subject, expiresAt: Date): Promise<string> =>
      new SignJWT({ id: String(subject.id), username: subject.username, sid: subject.sessionId })
        .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
        .setSubject(subject.uid)
        .setIssuer(ISSUER)
        .setIssuedAt()
        .setExpirationTime(expiresAt)
        .sign(secret),

    /**
     * @returns the id of the session that the token stands for
     * @throws AppError `unauthenticated`: malformed, forged, expired
     */
    verify: async (token: string): Promise<string> => {
      const { payload } = await jwtVerify(token, secret, { algorithms: [ALGORITHM], issuer: ISSUER }).catch((cause) => {
        throw new AppError('unauthenticated', { cause });
      });
      if (typeof payload.sid !== 'string' || !UUID.test(payload.sid)) throw new AppError('unauthenticated');
      return payload.sid;
    },
  };
}
