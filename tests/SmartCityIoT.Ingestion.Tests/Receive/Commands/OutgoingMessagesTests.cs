using CsCheck;
using SmartCityIoT.Ingestion.Receive.Commands;

namespace SmartCityIoT.Ingestion.Tests.Receive.Commands;

/// <summary>Messages to a client against a list that says of each what has become of it.</summary>
public sealed class OutgoingMessagesTests
{
    private const int MaxWaiting = 5;

    private static readonly Gen<(int Operation, int Argument)[]> Operations = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 7]).Array[0, 80];

    [Fact]
    public void It_does_what_a_list_does() => Operations.Sample(operations =>
    {
        var real = new OutgoingMessages(MaxWaiting);
        var model = new Model();
        foreach (var (operation, argument) in operations)
        {
            switch (operation)
            {
                case < 4:
                    var added = new OutgoingMessage([], [], (byte)(argument & 1));
                    Assert.Equal(model.TryAdd(added), real.TryAdd(added));
                    break;
                case < 7:
                    var receiveMaximum = (argument & 3) + 1;
                    var expected = model.Next(receiveMaximum);
                    Assert.Equal(expected is not null, real.TryNext(receiveMaximum, out var next));
                    if (expected is not null) Assert.Same(expected, next);
                    Assert.Equal(expected is { Qos: 1 }, expected is { PacketId: > 0 });
                    model.AssertIdentifiersDiffer();
                    break;
                case < 9:
                    var id = model.IdentifierAt(argument);
                    Assert.Same(model.Take(id), real.Take(id));
                    break;
                default:
                    model.Rewind();
                    real.Rewind();
                    break;
            }

            Assert.Equal(model.IsEmpty, real.IsEmpty);
        }
    });

    private sealed class Model
    {
        private readonly List<(OutgoingMessage Message, State State)> all = [];

        private enum State
        {
            Waiting,
            ToBeSentAgain,
            Sent,
        }

        public bool IsEmpty => all.Count == 0;

        public bool TryAdd(OutgoingMessage message)
        {
            if (all.Count(one => one.State == State.Waiting) == MaxWaiting) return false;
            all.Add((message, State.Waiting));
            return true;
        }

        /// <summary>The oldest that is to be sent, unless so many are under way.</summary>
        public OutgoingMessage? Next(int receiveMaximum)
        {
            var at = all.FindIndex(one => one.State != State.Sent);
            if (at < 0) return null;
            var (message, state) = all[at];
            var before = state == State.ToBeSentAgain ? all.Take(at).Count() : all.Count(one => one.State == State.Sent);
            if (message.Qos > 0 && before >= receiveMaximum) return null;
            if (message.Qos == 0) all.RemoveAt(at);
            else all[at] = (message, State.Sent);
            return message;
        }

        public OutgoingMessage? Take(ushort id)
        {
            var at = all.FindIndex(one => one.State != State.Waiting && one.Message.PacketId == id);
            if (at < 0) return null;
            var message = all[at].Message;
            all.RemoveAt(at);
            return message;
        }

        public void Rewind()
        {
            for (var at = 0; at < all.Count; at++)
            {
                if (all[at].State == State.Sent) all[at] = (all[at].Message, State.ToBeSentAgain);
            }
        }

        public ushort IdentifierAt(int at) => at < all.Count ? all[at].Message.PacketId : (ushort)999;

        public void AssertIdentifiersDiffer()
        {
            var ids = all.Where(one => one.State != State.Waiting).Select(one => one.Message.PacketId).ToList();
            Assert.DoesNotContain((ushort)0, ids);
            Assert.Equal(ids.Count, ids.Distinct().Count());
        }
    }
}
