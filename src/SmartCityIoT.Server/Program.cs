using SmartCityIoT.Server;

return await ServerCommands.RunAsync(args).ConfigureAwait(false);
