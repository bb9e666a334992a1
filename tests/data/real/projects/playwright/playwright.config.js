module.exports = {
  retries: 1,
  reporter: [['junit', { outputFile: 'junit.xml' }], ['json', { outputFile: 'own.json' }]],
};
