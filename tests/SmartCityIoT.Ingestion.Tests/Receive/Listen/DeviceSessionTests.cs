using System.Text;
using CsCheck;
using SmartCityIoT.Ingestion.Receive.Listen;
using SmartCityIoT.Mqtt.Packets;

namespace SmartCityIoT.Ingestion.Tests.Receive.Listen;

/// <summary>What a session holds, against a dictionary and a set.</summary>
public sealed class DeviceSessionTests
{
    private const int MaxSubscriptions = 4;

    /// <summary>Below which the topics of device 1 stand.</summary>
    private const string Root = "sc/v1/01/0000000000000001/";

    private static readonly string[] Filters = [Root + "up", Root + "down", Root + "+", Root + "#", Root + "status", Root + "up/1"];

    private static readonly Gen<(int Operation, int Name, byte Options)[]> Operations =
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, Filters.Length - 1], Gen.Byte[0, 7]).Array[0, 60];

    [Fact]
    public void It_does_what_a_dictionary_and_a_set_do() => Operations.Sample(operations =>
    {
        var real = new DeviceSession("a", new ListenLimitOptions { MaxSubscriptions = MaxSubscriptions });
        var subscriptions = new Dictionary<string, HeldSubscription>();
        var unreleased = new HashSet<int>();
        foreach (var (operation, name, options) in operations)
        {
            var filter = Filters[name];
            switch (operation)
            {
                case 0 or 1:
                    var added = new HeldSubscription(Encoding.ASCII.GetBytes(filter), 1, new SubscriptionOptions(options), name);
                    var isKnown = subscriptions.ContainsKey(filter);
                    var fits = isKnown || subscriptions.Count < MaxSubscriptions;
                    Assert.Equal(fits, real.TrySubscribe(added, out var isNew));
                    Assert.Equal(!isKnown, isNew);
                    if (fits) subscriptions[filter] = added;
                    break;
                case 2:
                    Assert.Equal(subscriptions.Remove(filter), real.Unsubscribe(Encoding.ASCII.GetBytes(filter)));
                    break;
                case 3:
                    real.Receive((ushort)name);
                    unreleased.Add(name);
                    break;
                case 4:
                    Assert.Equal(unreleased.Remove(name), real.Release((ushort)name));
                    break;
                default:
                    Assert.Equal(unreleased.Contains(name), real.IsReceived((ushort)name));
                    break;
            }

            Assert.Equal(unreleased.Count, real.UnreleasedCount);
            Assert.Equal(subscriptions.Values.ToHashSet(), real.Subscriptions.ToHashSet());
            Assert.Equal(subscriptions.Any(one => one.Key != Root + "down" && (one.Value.Options.Value & 4) == 0), real.HearsItself);
        }
    });
}
