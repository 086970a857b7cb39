using System.Globalization;
using BenchmarkDotNet.Running;
using SmartCityIoT.Benchmarks.Ingestion;

if (args is ["consumers", .. var rest])
{
    await ConsumerStages.RunAsync(rest is [var messages] ? int.Parse(messages, CultureInfo.InvariantCulture) : 300_000);
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
