using SmartCityIoT.EndToEnd.Tests.Faults.Wire;

namespace SmartCityIoT.EndToEnd.Tests.Faults.Load;

/// <summary>What one connection has sent and not been acknowledged, in the order of sending. Its owner locks it.</summary>
internal sealed class OpenMessages
{
    private readonly SortedDictionary<long, (ushort Id, LoadMessage Message)> messages = [];
    private readonly Dictionary<ushort, long> numbers = [];
    private long sent;
    private ushort lastId;

    public int Count => messages.Count;

    /// <summary>Takes a message in, and makes its packet.</summary>
    public byte[] Send(LoadMessage message, bool isVersion5)
    {
        do lastId++;
        while (lastId == 0 || numbers.ContainsKey(lastId));
        numbers.Add(lastId, sent);
        messages.Add(sent++, (lastId, message));
        return Packets.PublishOnce(message.Topic, message.Payload, lastId, isAgain: false, isVersion5);
    }

    /// <summary>The packets of all that is open, as firmware sends them again on its next connection.</summary>
    public byte[] SendAgain(bool isVersion5)
    {
        using var packets = new MemoryStream();
        foreach (var (id, message) in messages.Values) packets.Write(Packets.PublishOnce(message.Topic, message.Payload, id, isAgain: true, isVersion5));
        return packets.ToArray();
    }

    /// <summary>The message of that packet id, which is open no longer; null when none is.</summary>
    public LoadMessage? Acknowledge(ushort id) =>
        numbers.Remove(id, out var number) && messages.Remove(number, out var open) ? open.Message : null;
}
