using SmartCityIoT.LoadTest;

return await LoadTestCommands.RunAsync(args).ConfigureAwait(false);
