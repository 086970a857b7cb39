using System.Globalization;
using BenchmarkDotNet.Running;
using SmartCityIoT.Benchmarks.Journal;

// "journal-engine [seconds [turns]]" measures the journal beside SQLite; everything else is BenchmarkDotNet's.
if (args is ["journal-engine", ..])
{
    double seconds = args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 3;
    await EngineComparison.RunAsync(TimeSpan.FromSeconds(seconds), args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 3);
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
