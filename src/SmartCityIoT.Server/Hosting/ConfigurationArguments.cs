namespace SmartCityIoT.Server.Hosting;

/// <summary>Finds mistyped words among configuration arguments, which .NET's own parser would ignore in silence.</summary>
internal static class ConfigurationArguments
{
    /// <exception cref="StartupException">An argument is no <c>--key value</c> and no <c>--key=value</c>.</exception>
    public static void Check(string[] args)
    {
        for (var i = 0; i < args.Length; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal) || args[i].Length < 3)
            {
                throw new StartupException($"\"{args[i]}\" is neither a command nor an option. See smartcity --help.");
            }

            if (args[i].Contains('=', StringComparison.Ordinal)) continue;
            if (++i == args.Length) throw new StartupException($"the option {args[^1]} has no value. Write {args[^1]} VALUE.");
        }
    }
}
