using System.Diagnostics.Metrics;
using SmartCityIoT.Ingestion.Receive;
using SmartCityIoT.Storage.Ledger;

namespace SmartCityIoT.Ingestion;

/// <summary>What Ingestion counts of itself, under the meter <c>SmartCityIoT.Ingestion</c>.</summary>
internal static class IngestionMeter
{
    public const string Name = "SmartCityIoT.Ingestion";

    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Messages =
        Meter.CreateCounter<long>("smartcity.ingest.messages", "{message}", "Messages taken into the journal, by source and QoS");

    private static readonly Counter<long> Records =
        Meter.CreateCounter<long>("smartcity.ingest.records", "{record}", "Journal records that the store consumer has dealt with, by verdict");

    private static readonly Counter<long> ListenRefused =
        Meter.CreateCounter<long>("smartcity.listen.refused", "{connection}", "Connections, publishes and subscriptions refused, by reason");

    private static readonly Counter<long> Truncated =
        Meter.CreateCounter<long>("smartcity.dial.truncated", "{message}", "Messages from a broker that were too large, of which the beginning is a dead letter");

    private static readonly Counter<long> BrakeHits =
        Meter.CreateCounter<long>("smartcity.dial.brake_hits", "{wait}", "Times that receipt from a broker waited because the journal had not taken what was received");

    private static readonly Counter<long> Slowdowns =
        Meter.CreateCounter<long>("smartcity.listen.slowdowns", "{wait}", "Times that a device was read later because it, or its address, sent more than it may");

    private static readonly Counter<long> PossibleLoss =
        Meter.CreateCounter<long>("smartcity.dial.possible_loss", "{session}", "Reconnects to a broker that had forgotten the session");

    private static readonly KeyValuePair<string, object?>[] Sources =
        [.. Enum.GetValues<RecordSource>().Select(source => new KeyValuePair<string, object?>("source", source.ToString().ToLowerInvariant()))];

    private static readonly KeyValuePair<string, object?>[] Qualities =
        [.. Enumerable.Range(0, 3).Select(qos => new KeyValuePair<string, object?>("qos", qos))];

    public static void CountMessages(RecordSource source, byte qos, long count) => Messages.Add(count, Sources[(int)source - 1], Qualities[qos]);

    /// <summary>Counts what the ledger holds from here on: once a save, and never twice.</summary>
    public static void CountRecords(in BalanceCounts counts)
    {
        CountRecords("decoded", counts.Decoded);
        CountRecords("duplicate", counts.Duplicate);
        CountRecords("dead-letter", counts.DeadLettered);
        CountRecords("status", counts.Status);
    }

    public static void CountRefused(string reason) => ListenRefused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public static void CountPossibleLoss() => PossibleLoss.Add(1);

    public static void CountTruncated() => Truncated.Add(1);

    public static void CountSlowdown() => Slowdowns.Add(1);

    public static void CountBrake() => BrakeHits.Add(1);

    private static void CountRecords(string verdict, long count)
    {
        if (count > 0) Records.Add(count, new KeyValuePair<string, object?>("verdict", verdict));
    }
}
