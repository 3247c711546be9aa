/** The device that sends a request. */
import type { FastifyRequest } from 'fastify';
import type { Device } from '../../core/sessions/devices.ts';

export function deviceOf({ headers, ip }: Pick<FastifyRequest, 'headers' | 'ip'>): Device {
  return { agent: headers['user-agent'], address: ip };
}
