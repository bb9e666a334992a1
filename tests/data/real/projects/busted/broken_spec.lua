describe('broken', function()
  it('never' function() end)
end)
