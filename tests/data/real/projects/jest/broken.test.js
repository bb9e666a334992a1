const missing = require('./no-such-module');
test('never runs', () => { missing(); });
