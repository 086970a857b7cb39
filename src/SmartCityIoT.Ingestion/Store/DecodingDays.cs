using SmartCityIoT.Ingestion.Decode;
using SmartCityIoT.Storage.Ledger;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Ingestion.Store;

/// <summary>
/// Days and sectors of what was stored, each told once per process: with which pack and decoder. A process has one of each, so that a
/// change comes with a start.
/// </summary>
internal sealed class DecodingDays(SectorCatalog catalog)
{
    private const long DayMilliseconds = 86_400_000;

    /// <summary>Days that are remembered as told; with that many the memory starts over, and some are told again, which changes nothing.</summary>
    private const int MostTold = 10_000;

    private readonly HashSet<(byte Sector, long Day)> told = [];

    /// <summary>The day told last of each sector: nearly every message is of it.</summary>
    private readonly long[] last = [.. Enumerable.Repeat(long.MinValue, byte.MaxValue + 1)];

    /// <summary>Adds the days of a message's readings that were not told yet. 0 B but for the first of a day.</summary>
    public void Note(DecodedMessage message, List<DecodingOfDay> news)
    {
        if (message.SampleCount == 0) return;
        var sector = message.Frame.Header.Sector;
        var to = message.TimeOf(message.SampleCount - 1) / DayMilliseconds;
        for (var day = message.TimeOf(0) / DayMilliseconds; day <= to; day++) Note(sector, day, news);
    }

    private void Note(byte sector, long day, List<DecodingOfDay> news)
    {
        if (last[sector] == day) return;
        last[sector] = day;
        if (!told.Add((sector, day))) return;
        foreach (var pack in catalog.Packs)
        {
            if (pack.Sector == sector) news.Add(new DecodingOfDay(day * DayMilliseconds, pack.Name, pack.Version, FrameDecoder.Generation));
        }

        if (told.Count >= MostTold) told.Clear();
    }
}
