using System.Text;

namespace SmartCityIoT.Devices.Seen;

/// <summary>
/// Devices seen and not provisioned, in memory up to a limit: a flood of made-up ids fills the book and is then only counted.
/// Written to the database now and then. Safe from any thread; noting a device again allocates nothing.
/// </summary>
internal sealed class SeenBook(int limit)
{
    /// <summary>Bytes of a topic that are kept; the platform's own topics have at most 33.</summary>
    private const int LongestTopic = 128;

    private readonly Lock editing = new();
    private readonly Dictionary<ulong, Sighting> sightings = [];
    private long overflowed;

    /// <summary>Sightings of devices that found the book full.</summary>
    public long Overflowed => Interlocked.Read(ref overflowed);

    public void Note(ulong device, SeenVia via, ReadOnlySpan<byte> topic, long now)
    {
        lock (editing)
        {
            if (!sightings.TryGetValue(device, out var sighting))
            {
                if (sightings.Count >= limit)
                {
                    overflowed++;
                    return;
                }

                sighting = new Sighting { FirstSeen = now };
                sightings.Add(device, sighting);
            }

            sighting.Count++;
            sighting.LastSeen = now;
            sighting.Via = via;
            sighting.SetTopic(topic);
            sighting.IsChanged = true;
        }
    }

    public void Load(IEnumerable<SeenDevice> devices)
    {
        lock (editing)
        {
            foreach (var device in devices)
            {
                if (sightings.Count >= limit) return;
                var sighting = new Sighting { FirstSeen = device.FirstSeen, LastSeen = device.LastSeen, Count = device.Count, Via = device.Via };
                sighting.SetTopic(Encoding.UTF8.GetBytes(device.Topic));
                sightings.TryAdd(device.Id, sighting);
            }
        }
    }

    /// <summary>When the device was first seen, Unix ms, or null.</summary>
    public long? FirstSeen(ulong device)
    {
        lock (editing) return sightings.TryGetValue(device, out var sighting) ? sighting.FirstSeen : null;
    }

    /// <summary>All, the newest first.</summary>
    public IReadOnlyList<SeenDevice> List()
    {
        lock (editing)
        {
            return [.. sightings.Select(each => each.Value.ToDevice(each.Key)).OrderByDescending(each => each.LastSeen).ThenBy(each => each.Id)];
        }
    }

    /// <summary>Those that changed since the last call, which a caller that could not write them gives back by <see cref="GiveBack"/>.</summary>
    public IReadOnlyList<SeenDevice> TakeChanged()
    {
        lock (editing)
        {
            var changed = new List<SeenDevice>();
            foreach (var (device, sighting) in sightings)
            {
                if (!sighting.IsChanged) continue;
                sighting.IsChanged = false;
                changed.Add(sighting.ToDevice(device));
            }

            return changed;
        }
    }

    public void GiveBack(IEnumerable<SeenDevice> devices)
    {
        lock (editing)
        {
            foreach (var device in devices)
            {
                if (sightings.TryGetValue(device.Id, out var sighting)) sighting.IsChanged = true;
            }
        }
    }

    /// <summary>Strikes out what is provisioned by now, and what gave no sign since <paramref name="oldest"/> (Unix ms).</summary>
    public IReadOnlyList<ulong> Prune(Func<ulong, bool> isProvisioned, long oldest)
    {
        lock (editing)
        {
            var struck = sightings.Where(each => each.Value.LastSeen < oldest || isProvisioned(each.Key)).Select(each => each.Key).ToList();
            foreach (var device in struck) sightings.Remove(device);
            return struck;
        }
    }

    private sealed class Sighting
    {
        private byte[] topic = [];
        private int topicLength;

        public long FirstSeen { get; init; }

        public long LastSeen { get; set; }

        public long Count { get; set; }

        public SeenVia Via { get; set; }

        public bool IsChanged { get; set; }

        public void SetTopic(ReadOnlySpan<byte> text)
        {
            text = text[..Math.Min(text.Length, LongestTopic)];
            if (topic.Length < text.Length) topic = new byte[LongestTopic];
            text.CopyTo(topic);
            topicLength = text.Length;
        }

        public SeenDevice ToDevice(ulong device) =>
            new(device, FirstSeen, LastSeen, Count, Via, Encoding.UTF8.GetString(topic, 0, topicLength));
    }
}
