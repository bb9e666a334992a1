import { test } from 'node:test';

test('nul', () => { throw new Error('the till sent \0\0\0'); });
