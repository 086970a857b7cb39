using System.Globalization;
using BenchmarkDotNet.Running;
using SmartCityIoT.Benchmarks.Ingestion;
using SmartCityIoT.Benchmarks.Journal;
using SmartCityIoT.Benchmarks.Storage;

// "storage" measures the stores beside their bars and has a --help of its own, "consumers [messages]" the stages behind the journal, "journal-engine
// [seconds [turns]]" the journal beside SQLite, "journal-start [gigabytes]" its start with a backlog, "rollups url [devices [days]]" questions to an
// InfluxDB with and without them; everything else is BenchmarkDotNet's.
switch (args)
{
    case ["storage", .. var options]:
        return await StorageCommand.RunAsync(options);
    case ["consumers"]:
        await ConsumerStages.RunAsync(300_000);
        break;
    case ["consumers", var messages]:
        await ConsumerStages.RunAsync(int.Parse(messages, CultureInfo.InvariantCulture));
        break;
    case ["journal-engine", .. var rest] when rest.Length <= 2 && !rest.Any(word => word.StartsWith('-')):
        var seconds = rest.Length > 0 ? double.Parse(rest[0], CultureInfo.InvariantCulture) : 3;
        await EngineComparison.RunAsync(TimeSpan.FromSeconds(seconds), rest.Length > 1 ? int.Parse(rest[1], CultureInfo.InvariantCulture) : 3);
        break;
    case ["journal-start"]:
        await BacklogStart.RunAsync(2);
        break;
    case ["journal-start", var gigabytes]:
        await BacklogStart.RunAsync(double.Parse(gigabytes, CultureInfo.InvariantCulture));
        break;
    case ["rollups", var server, .. var rest] when rest.Length <= 2 && !rest.Any(word => word.StartsWith('-')):
        var counts = rest.Select(word => int.Parse(word, CultureInfo.InvariantCulture)).ToArray();
        await RollupQuestions.RunAsync(new Uri(server), counts.Length > 0 ? counts[0] : 50, counts.Length > 1 ? counts[1] : 30);
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        break;
}

return 0;
